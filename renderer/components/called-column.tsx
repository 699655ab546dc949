import { AlarmClock, BellRing, LogIn, Megaphone, TriangleAlert } from 'lucide-react';
import { confirmEntrance } from '../actions.ts';
import { missingStore } from '../board.ts';
import { useLedgerNow } from '../clock.ts';
import type { BoothView, Snapshot, VisitEntry } from '../../shared/snapshot.ts';
import { useText } from '../i18n/i18n.ts';
import { minutesSeconds } from '../i18n/words.ts';
import { useScreen } from '../store.ts';
import { Column } from './column.tsx';
import { Outcome } from './outcome.tsx';
import { PersonLine } from './person.tsx';
import { VisitAction } from './visit-action.tsx';

/** Below this the countdown asks for attention. */
const ENDING_MS = 60_000;

/** Everybody who was called and has not come in yet. */
export function CalledColumn({ snapshot, booth }: { readonly snapshot: Snapshot; readonly booth: BoothView }) {
  const t = useText();
  const paused = missingStore(snapshot, ['ledger']) !== null;
  return (
    <Column name="called" title={t('called.title')} count={booth.called.length} readAt={booth.ledgerReadAt}>
      {booth.called.length === 0 ? <p className="empty">{t('called.empty')}</p> : null}
      <ul className="visits">
        {booth.called.map((visit) => (
          <CalledRow key={visit.waitingId} visit={visit} paused={paused} />
        ))}
      </ul>
      <Outcome kind="enter" />
    </Column>
  );
}

function CalledRow({ visit, paused }: { readonly visit: VisitEntry; readonly paused: boolean }) {
  const t = useText();
  const justCalled = useScreen((state) => state.justCalled?.person.userId === visit.userId);
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
      </div>
      <VisitAction kind="enter" visit={visit} paused={paused} icon={LogIn} label={t('called.enter')} onTap={confirmEntrance} />
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
