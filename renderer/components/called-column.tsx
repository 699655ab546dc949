import { AlarmClock, BellRing, LogIn, Megaphone, TriangleAlert } from 'lucide-react';
import { missingStore } from '../board.ts';
import { useLedgerNow } from '../clock.ts';
import type { BoothView, Snapshot, VisitEntry } from '../../shared/snapshot.ts';
import { useText, withLaterWords } from '../i18n/i18n.ts';
import { minutesSeconds } from '../i18n/words.ts';
import { useScreen } from '../store.ts';
import { Column } from './column.tsx';
import { later } from './later.tsx';
import { OpenMenu } from './open-menu.tsx';
import { Outcome } from './outcome.tsx';
import { PersonLine } from './person.tsx';
import { VisitAction } from './visit-action.tsx';

/** The board itself must be there at once; what concerns its sound may come a moment later. */
const SoundButton = later(async () => (await withLaterWords(import('./sound-button.tsx'))).SoundButton);

/** Below this the countdown asks for attention. */
const ENDING_MS = 60_000;

/** Everybody who was called and has not come in yet. */
export function CalledColumn({ snapshot, booth }: { readonly snapshot: Snapshot; readonly booth: BoothView }) {
  const t = useText();
  const paused = missingStore(snapshot, ['ledger']) !== null;
  return (
    <Column name="called" title={t('called.title')} count={booth.called.length} readAt={booth.ledgerReadAt} tool={<SoundButton />}>
      {booth.called.length === 0 ? <p className="empty">{t('called.empty')}</p> : null}
      <ul className="visits">
        {booth.called.map((visit) => (
          <CalledRow key={visit.waitingId} boothId={booth.id} visit={visit} paused={paused} />
        ))}
      </ul>
      <Outcome kinds={['enter', 'recall', 'hold', 'put-back', 'no-show', 'cancel']} />
    </Column>
  );
}

function CalledRow({ boothId, visit, paused }: { readonly boothId: number; readonly visit: VisitEntry; readonly paused: boolean }) {
  const t = useText();
  const justCalled = useScreen((state) => state.justCalled?.boothId === boothId && state.justCalled.people.some(({ userId }) => userId === visit.userId));
  return (
    <li className="visit" data-just-called={justCalled} data-testid={`called-${visit.waitingId}`}>
      <div className="visit-words">
        {justCalled ? (
          <p className="just-called" data-testid="just-called">
            <BellRing aria-hidden="true" />
            <span>{t('called.just')}</span>
          </p>
        ) : null}
        <PersonLine person={visit} />
        {visit.noShowAt === null ? <CalledAgo calledAt={visit.calledAt} /> : <Countdown noShowAt={visit.noShowAt} />}
        {visit.announced === 'failed' ? <NotAnnounced /> : null}
        <OpenMenu subject={{ of: 'called', boothId, visit }} />
      </div>
      <VisitAction kind="enter" boothId={boothId} visit={visit} paused={paused} icon={LogIn} label={t('called.enter')} />
    </li>
  );
}

function Countdown({ noShowAt }: { readonly noShowAt: number }) {
  const t = useText();
  const leftMs = noShowAt - useLedgerNow();
  const level = leftMs <= 0 ? 'over' : leftMs < ENDING_MS ? 'ending' : 'calm';
  const Sign = { over: TriangleAlert, ending: AlarmClock, calm: null }[level];
  // Rounded up while it runs: a fresh call reads 5:00, and 0:00 is never shown as left.
  const time = level === 'over' ? t('called.over', { time: minutesSeconds(-leftMs) }) : t('called.left', { time: minutesSeconds(Math.ceil(leftMs / 1000) * 1000) });
  return (
    <p className="countdown" data-level={level} data-testid="countdown">
      {Sign === null ? null : <Sign aria-hidden="true" />}
      {level === 'calm' ? null : <strong>{t(level === 'over' ? 'called.absent' : 'called.soon')}</strong>}
      <span className="countdown-time">{time}</span>
    </p>
  );
}

/** Where nobody counts as absent by time, there is nothing to count down to. */
function CalledAgo({ calledAt }: { readonly calledAt: number }) {
  const t = useText();
  return (
    <p className="countdown" data-testid="called-ago">
      {t('called.ago', { time: minutesSeconds(useLedgerNow() - calledAt) })}
    </p>
  );
}

/** Neither phone nor display has told the visitor; a voice still can. */
function NotAnnounced() {
  const t = useText();
  return (
    <p className="not-announced" data-testid="not-announced">
      <Megaphone aria-hidden="true" />
      <span>{t('called.notAnnounced')}</span>
    </p>
  );
}
