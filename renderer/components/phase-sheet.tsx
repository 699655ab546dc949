import { ChartColumn, CirclePause, DoorClosed, DoorOpen, Play, Users } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { AppError } from '../../shared/errors.ts';
import type { BoothView, PhaseChange, Snapshot } from '../../shared/snapshot.ts';
import { request } from '../api.ts';
import { uncover } from '../actions.ts';
import { delayOf, missingStore } from '../board.ts';
import { useAllText } from '../i18n/i18n.ts';
import { clockTime, errorText, isolate, storeLabel } from '../i18n/words.ts';
import { openDialog } from '../store.ts';
import { useSettled } from './menu-list.tsx';
import { firstFocus, Modal } from './modal.tsx';
import { PhaseReason } from './phase-reason.tsx';
import { TouchButton } from './touch-button.tsx';

const SIGNS = { open: DoorOpen, 'last-call': Users, pause: CirclePause, resume: Play, close: DoorClosed } as const satisfies Record<PhaseChange, unknown>;

/** What can be made of the booth as it is, the most likely first. */
function choicesOf({ phase: { phase, lastCall }, waitingTotal }: BoothView): readonly PhaseChange[] {
  if (phase === 'closed') return waitingTotal > 0 ? ['open', 'close'] : ['open'];
  if (phase === 'paused') return ['resume', lastCall ? 'open' : 'last-call', 'close'];
  return [phase === 'open' ? 'last-call' : 'open', 'pause', 'close'];
}

interface SheetProps {
  readonly snapshot: Snapshot;
  readonly booth: BoothView;
}

/** Open, last call, pause, closed: each choice says in one sentence what it does. */
export function PhaseSheet({ snapshot, booth }: SheetProps) {
  const t = useAllText();
  const [asking, setAsking] = useState<'pause' | 'close' | null>(null);
  const [sending, setSending] = useState<PhaseChange | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [isClosed, setClosed] = useState(false);
  const send = async (change: PhaseChange, reason: string | null): Promise<void> => {
    if (sending !== null) return;
    setSending(change);
    setError(null);
    const answer = await request('booth:set-status', { boothId: booth.id, change, reason });
    setSending(null);
    if (answer.ok) {
      uncover();
      if (change === 'close') setClosed(true);
      else openDialog('none');
    } else if (answer.error.code === 'PEOPLE_WAITING') setAsking('close');
    else setError(answer.error);
  };
  const choose = (change: PhaseChange): void => {
    setError(null);
    if (change === 'pause' || (change === 'close' && booth.waitingTotal > 0)) setAsking(change);
    else void send(change, null);
  };
  const away = missingStore(snapshot, ['ledger']);
  const block = away === null ? null : t(`reason.${delayOf(away)}`, { store: storeLabel(away) });
  if (isClosed) {
    return (
      <Modal title={t('phase.closed')} shape="card">
        <ul className="phase-list">
          <DayReport isFirst />
        </ul>
      </Modal>
    );
  }
  return (
    <Modal title={asking === null ? t('phase.title') : t(`phase.${asking}.title`)} shape="card">
      {asking === null ? (
        <>
          <Now snapshot={snapshot} booth={booth} />
          <Choices booth={booth} sending={sending} blocked={block !== null} onChoose={choose} />
        </>
      ) : (
        <PhaseReason
          question={asking === 'pause' ? t('phase.pause.ask') : t('phase.close.ask', { count: booth.waitingTotal })}
          proposals={[t(`phase.${asking}.reason1`), t(`phase.${asking}.reason2`), t(`phase.${asking}.reason3`)]}
          confirm={asking === 'pause' ? t('phase.pause.confirm') : t('phase.close.confirm', { count: booth.waitingTotal })}
          busy={sending === asking}
          blocked={block !== null}
          onConfirm={(reason) => void send(asking, reason)}
          onBack={() => setAsking(null)}
        />
      )}
      {error === null && block === null ? null : (
        <p className="phase-error" role="alert">
          {error === null ? block : error.code === 'OUTCOME_UNKNOWN' ? t('phase.unknown') : errorText(t, error, snapshot)}
        </p>
      )}
    </Modal>
  );
}

/** As it is, since when, and why. */
function Now({ snapshot, booth }: SheetProps) {
  const t = useAllText();
  const { phase, since, reason, dismissing } = booth.phase;
  const facts = [
    t(`status.${phase}`),
    ...(since === null ? [] : [t('phase.since', { time: clockTime(since, snapshot.timeZone) })]),
    ...(reason === null ? [] : [isolate(reason)]),
    ...(dismissing && booth.waitingTotal > 0 ? [t('phase.dismissing', { count: booth.waitingTotal })] : []),
  ];
  return (
    <p className="phase-now" data-phase={phase}>
      {facts.join(' · ')}
    </p>
  );
}

interface ChoicesProps {
  readonly booth: BoothView;
  readonly sending: PhaseChange | null;
  readonly blocked: boolean;
  readonly onChoose: (change: PhaseChange) => void;
}

function Choices({ booth, sending, blocked, onChoose }: ChoicesProps) {
  const t = useAllText();
  const isSettled = useSettled();
  const choose = (change: PhaseChange): void => {
    if (isSettled()) onChoose(change);
  };
  return (
    <ul className="phase-list" data-arrow-keys>
      {choicesOf(booth).map((change, index) => (
        <li key={change}>
          <Choice change={change} isFirst={index === 0} busy={sending === change} blocked={blocked} onTap={() => choose(change)}>
            {change === 'close' && booth.waitingTotal > 0 ? t('phase.close.waiting', { count: booth.waitingTotal }) : t(`phase.${change}.does`)}
          </Choice>
        </li>
      ))}
      {booth.phase.phase === 'closed' ? <DayReport isFirst={false} /> : null}
    </ul>
  );
}

/** How the day went is asked once it is over. */
function DayReport({ isFirst }: { readonly isFirst: boolean }) {
  const t = useAllText();
  const isSettled = useSettled();
  const open = (): void => {
    if (isSettled()) openDialog('report');
  };
  return (
    <li>
      <TouchButton {...(isFirst ? firstFocus : {})} className="phase-choice" data-testid="phase-report" onTap={open}>
        <ChartColumn aria-hidden="true" />
        <span className="phase-words">
          <strong>{t('report.title')}</strong>
          <span>{t('phase.report')}</span>
        </span>
      </TouchButton>
    </li>
  );
}

interface ChoiceProps {
  readonly change: PhaseChange;
  readonly isFirst: boolean;
  readonly busy: boolean;
  readonly blocked: boolean;
  readonly onTap: () => void;
  /** What it does, in one sentence. */
  readonly children: ReactNode;
}

function Choice({ change, isFirst, busy, blocked, onTap, children }: ChoiceProps) {
  const t = useAllText();
  const Sign = SIGNS[change];
  return (
    <TouchButton {...(isFirst ? firstFocus : {})} className="phase-choice" data-change={change} data-testid={`phase-${change}`} busy={busy} blocked={blocked} onTap={onTap}>
      <Sign aria-hidden="true" />
      <span className="phase-words">
        <strong>{t(`phase.${change}.name`)}</strong>
        <span>{children}</span>
      </span>
    </TouchButton>
  );
}
