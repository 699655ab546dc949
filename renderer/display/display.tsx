import { CirclePause, DoorClosed, type LucideIcon, Users, WifiOff } from 'lucide-react';
import type { DisplayCall } from '../../shared/display.ts';
import type { BoothPhase } from '../../shared/snapshot.ts';
import { useAllText, type TranslateAll } from '../i18n/i18n.ts';
import { clockTime, waitHours } from '../i18n/words.ts';
import { type Shown, useNow, useShown } from './view.ts';

/** Older than this, what was read is no longer told as the present: a look at a store takes a second. */
const STALE_MS = 30_000;

/** Who is called now, and how long the others wait. Read from five metres away. */
export function Display() {
  const t = useAllText();
  const shown = useShown((state) => state.shown);
  if (shown === null) return null;
  if (shown.view.booth === null) {
    return (
      <main className="display-starting">
        <h1 className="nobody">{t('display.starting')}</h1>
      </main>
    );
  }
  return <Board shown={shown} booth={shown.view.booth} />;
}

/** What visitors must know of a booth that is not simply open. */
const SIGNS: Readonly<Record<Exclude<BoothPhase, 'open'>, LucideIcon>> = { 'last-call': Users, paused: CirclePause, closed: DoorClosed };

type Booth = NonNullable<Shown['view']['booth']>;

function Board({ shown, booth }: { readonly shown: Shown; readonly booth: Booth }) {
  const t = useAllText();
  const now = useNow(shown);
  const { timeZone } = shown.view;
  const isStale = (readAt: number | null): boolean => readAt === null || now - readAt > STALE_MS;
  const callsStale = isStale(booth.callsReadAt);
  const queueStale = isStale(booth.queueReadAt);
  const [newest, ...others] = booth.calls;
  return (
    <div className="display">
      <header className="display-head">
        <h1>
          <bdi dir="auto">{booth.name}</bdi>
        </h1>
        <time className="display-clock">{clockTime(now, timeZone)}</time>
      </header>
      <main className="display-calls">
        {newest === undefined ? (
          <p className="nobody">{t(booth.phase === 'closed' ? 'display.over' : !callsStale && !queueStale && isFree(booth) ? 'display.free' : 'display.nobody')}</p>
        ) : (
          <>
            <h2>{t('display.nowCalling')}</h2>
            <ol>
              <li key={newest.waitingId} className="newest" data-testid="newest">
                <CallName call={newest} />
              </li>
              {others.map((call) => (
                <li key={call.waitingId}>
                  <CallName call={call} />
                </li>
              ))}
            </ol>
          </>
        )}
      </main>
      {callsStale ? <Stale what="staleCalls" readAt={booth.callsReadAt} timeZone={timeZone} /> : queueStale ? <Stale what="staleQueue" readAt={booth.queueReadAt} timeZone={timeZone} /> : null}
      <footer className="display-foot">
        {booth.phase === 'open' ? null : <PhaseNote phase={booth.phase} />}
        {booth.phase === 'closed' ? null : (
          <dl>
            <div>
              <dt>{t('display.waiting')}</dt>
              <dd data-testid="waiting">{queueStale ? t('display.unknown') : t('display.people', { count: booth.waiting })}</dd>
            </div>
            {booth.phase === 'open' ? (
              <div>
                <dt>{t('display.estimate')}</dt>
                <dd data-testid="estimate">{queueStale ? t('display.unknown') : estimateText(t, booth.estimatedWaitMinutes)}</dd>
              </div>
            ) : null}
          </dl>
        )}
      </footer>
    </div>
  );
}

function PhaseNote({ phase }: { readonly phase: keyof typeof SIGNS }) {
  const t = useAllText();
  const Sign = SIGNS[phase];
  return (
    <p className="display-phase" data-testid="phase">
      <Sign aria-hidden="true" />
      <span>{t(`display.${phase}`)}</span>
    </p>
  );
}

function Stale({ what, readAt, timeZone }: { readonly what: 'staleCalls' | 'staleQueue'; readonly readAt: number | null; readonly timeZone: string }) {
  const t = useAllText();
  return (
    <p className="display-stale" role="status" data-testid="stale">
      <WifiOff aria-hidden="true" />
      <span>{readAt === null ? t('display.unread') : t(`display.${what}`, { time: clockTime(readAt, timeZone) })}</span>
    </p>
  );
}

function estimateText(t: TranslateAll, minutes: number | null): string {
  if (minutes === null) return t('display.unknown');
  if (minutes === 0) return t('display.noWait');
  const hours = waitHours(minutes);
  return hours === null ? t('display.minutes', { minutes }) : t('display.hours', { hours });
}

/** Whoever comes now need not wait for a call. */
const isFree = ({ phase, waiting, estimatedWaitMinutes }: Booth): boolean => phase === 'open' && waiting === 0 && estimatedWaitMinutes === 0;

/** From these lengths they are set smaller. */
const LONG_DIGITS = 4;
const LONG_NAME = 6;

function CallName({ call: { name } }: { readonly call: DisplayCall }) {
  const t = useAllText();
  if (name.kind === 'number') {
    const digits = String(name.number);
    return (
      <span className="call-number" data-long={digits.length >= LONG_DIGITS}>
        {digits}
      </span>
    );
  }
  const text = name.kind === 'name' ? name.text : t('person.nameless', { userId: String(name.userId) });
  return (
    <bdi className="call-name" dir="auto" data-long={[...text].length >= LONG_NAME}>
      {text}
    </bdi>
  );
}
