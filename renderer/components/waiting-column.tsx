import { BellRing, UserPlus } from 'lucide-react';
import { callNext, clearJoined, holdBackCall } from '../actions.ts';
import { brokenStores, callBlock, isFull, missingStore, takesNobody } from '../board.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { BoothView, Snapshot } from '../../shared/snapshot.ts';
import { useText, type Translate } from '../i18n/i18n.ts';
import { isolate, storeLabel, waitHours } from '../i18n/words.ts';
import { openDialog, useScreen } from '../store.ts';
import { holdsSubject, tapSubject } from '../taps.ts';
import { Column } from './column.tsx';
import { OpenMenu } from './open-menu.tsx';
import { Outcome } from './outcome.tsx';
import { PersonLine } from './person.tsx';
import { TouchButton } from './touch-button.tsx';

interface BoothProps {
  readonly snapshot: Snapshot;
  readonly booth: BoothView;
}

/** Who is next, who follows, and the one button the booth is about. */
export function WaitingColumn({ snapshot, booth }: BoothProps) {
  const t = useText();
  const isFinal = takesNobody(booth);
  const noWait = booth.lostQueue === null && !isFull(booth) ? t('waiting.noWait') : '';
  // While nobody is called, how long it takes is not known.
  const { queue, ledger } = brokenStores(snapshot);
  const isCalling = booth.phase.phase !== 'paused' && queue === null && ledger === null;
  const estimate = isFinal || !isCalling ? '' : booth.estimatedWaitMinutes > 0 ? waitText(t, booth.estimatedWaitMinutes) : noWait;
  return (
    <Column name="waiting" title={t('waiting.title')} count={booth.waitingTotal} readAt={booth.queueReadAt} aside={estimate}>
      <QueueFront booth={booth} />
      <div className="waiting-actions">
        <CallNext snapshot={snapshot} booth={booth} />
        <TouchButton
          className="button add-button"
          data-testid="add"
          aria-haspopup="dialog"
          onTap={() => {
            clearJoined();
            openDialog('add-visitor');
          }}
          blocked={isFinal || missingStore(snapshot, ['queue', 'ledger']) !== null}
        >
          <UserPlus aria-hidden="true" />
          <span>{t(isFinal ? 'waiting.noAdding' : 'waiting.add')}</span>
        </TouchButton>
        <OpenMenu subject={{ of: 'calls', boothId: booth.id }} />
      </div>
    </Column>
  );
}

function QueueFront({ booth }: { readonly booth: BoothView }) {
  const t = useText();
  const [next, ...following] = booth.waiting;
  const unseen = booth.waitingTotal - booth.waiting.length;
  if (next === undefined) {
    return (
      <div className="empty queue-empty">
        <p>{t(booth.queueReadAt === null ? 'waiting.unread' : 'waiting.empty')}</p>
        {booth.queueReadAt === null || booth.lostQueue !== null || takesNobody(booth) ? null : <p className="empty-hint">{t('waiting.emptyHint')}</p>}
      </div>
    );
  }
  return (
    <div className="queue-front">
      <div className="next" data-testid="next">
        <p className="next-label">{t('waiting.next')}</p>
        <PersonLine person={next} />
        <OpenMenu subject={{ of: 'waiting', boothId: booth.id, entry: next }} />
      </div>
      <ol className="queue" data-arrow-keys aria-label={t('waiting.title')} start={2}>
        {following.map((entry, index) => (
          <li key={entry.userId}>
            <PersonLine person={entry} />
            <OpenMenu inList={index === 0 ? 'first' : 'other'} subject={{ of: 'waiting', boothId: booth.id, entry }} />
          </li>
        ))}
        {unseen > 0 ? <li className="more">{t('waiting.more', { count: unseen })}</li> : null}
      </ol>
    </div>
  );
}

const WAITING_KINDS = ['call', 'leave', 'requeue'] as const;

function CallNext({ snapshot, booth }: BoothProps) {
  const t = useText();
  const tap = useScreen((state) => state.taps[tapSubject('call', booth.id)]);
  const block = callBlock(snapshot, booth);
  const heldBack = useScreen((state) => state.callHeldBack);
  return (
    <>
      <Outcome kinds={WAITING_KINDS} saidBelow={block !== null && tap?.error?.code === blockCode(block)} />
      <TouchButton
        className="call-button"
        data-testid="call"
        blocked={block !== null}
        busy={holdsSubject(tap)}
        onTap={() => callNext(booth.id)}
        onTapWhileBusy={() => holdBackCall()}
        // A second finger, wherever the first one rests: what they mean together is no tap.
        onPointerDown={({ isPrimary }) => {
          if (block === null && !isPrimary) holdBackCall('oneFinger');
        }}
      >
        <span className="call-label">
          <BellRing aria-hidden="true" />
          <span>{t(heldBack === null ? 'waiting.call' : `tap.${heldBack}`)}</span>
        </span>
        {block === null ? null : (
          <span className="call-reason" data-testid="call-reason">
            {blockText(t, block, booth)}
          </span>
        )}
      </TouchButton>
    </>
  );
}

function waitText(t: Translate, minutes: number): string {
  const hours = waitHours(minutes);
  return hours === null ? t('waiting.estimate', { minutes }) : t('waiting.estimateHours', { hours });
}

function blockCode({ why, store }: NonNullable<ReturnType<typeof callBlock>>): ErrorCode {
  if (why === 'full') return 'BOOTH_FULL';
  if (why === 'closed' || why === 'dismissing') return 'BOOTH_CLOSED';
  if (why === 'paused') return 'BOOTH_PAUSED';
  if (why === 'empty') return 'QUEUE_EMPTY';
  return store?.role === 'queue' ? 'QUEUE_STORE_UNREACHABLE' : 'LEDGER_UNREACHABLE';
}

function blockText(t: Translate, block: NonNullable<ReturnType<typeof callBlock>>, booth: BoothView): string {
  const store = block.store === null ? '' : storeLabel(block.store);
  return t(`reason.${block.why}`, { store, waiting: booth.waitingTotal, reason: isolate(booth.phase.reason ?? ''), inside: booth.inside, called: booth.called.length, capacity: booth.capacity });
}
