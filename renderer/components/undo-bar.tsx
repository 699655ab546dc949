import { Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { actOnVisit } from '../actions.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { useAllText } from '../i18n/i18n.ts';
import { errorText, personText } from '../i18n/words.ts';
import { storeBlock } from '../menu-rules.ts';
import { useScreen } from '../store.ts';
import { isDone, newestOf, type Tap } from '../taps.ts';
import { followOffers, UNDO_KINDS, UNDO_OF, UNDO_SHOWN_MS, type UndoOffer, useUndo } from '../undo-offers.ts';
import { TouchButton } from './touch-button.tsx';

followOffers();

/** A finger on its way when the bar begins to tell of somebody else was not meant for them. */
const SETTLING_MS = 400;

/** What has become of the visit cannot be taken back from here, however often it is tried. */
const FINAL: readonly (ErrorCode | undefined)[] = ['INVALID_STATUS', 'WAITING_NOT_FOUND', 'TOO_LATE'];
const isFinal = (tap: Tap): boolean => FINAL.includes(tap.error?.code);

/** The newest thing that can be taken back at this booth, and how taking it back has ended. It lies over the ends of both lists: no button moves. */
export function UndoBar({ snapshot }: { readonly snapshot: Snapshot }) {
  const boothId = snapshot.booth?.id;
  const offer = useUndo(({ offers }) => offers.filter((each) => each.boothId === boothId).toSorted((a, b) => b.order - a.order)[0]) ?? null;
  const tap = useScreen((state) => newestOf(state.taps, UNDO_KINDS, boothId));
  const isTold = tap !== null && (offer === null || tap.order > offer.order);
  if (isTold) {
    // Refused because of somebody else's moment: as long as the offer stands, it may be tried again.
    const again = offer?.visit.waitingId === tap.waitingId && (tap.phase === 'not-done' || (tap.phase === 'refused' && !isFinal(tap))) ? offer : null;
    return <Bar key={`tap-${tap.order}`} snapshot={snapshot} tap={tap} offer={again} />;
  }
  return offer === null ? null : <Bar key={`offer-${offer.order}`} snapshot={snapshot} tap={null} offer={offer} />;
}

function Bar({ snapshot, tap, offer }: { readonly snapshot: Snapshot; readonly tap: Tap | null; readonly offer: UndoOffer | null }) {
  const t = useAllText();
  const text = tap === null ? offerText(t, offer) : undoneText(t, tap, snapshot);
  return (
    <section className="undo-bar" data-testid="undo-bar" data-phase={tap?.phase ?? 'offer'} aria-label={t('undo.title')}>
      <p>{text}</p>
      {offer === null ? null : <UndoButton key={offer.order} snapshot={snapshot} offer={offer} />}
      {tap === null && offer !== null ? <TimeLeft untilMs={offer.untilMs} /> : null}
    </section>
  );
}

function UndoButton({ snapshot, offer }: { readonly snapshot: Snapshot; readonly offer: UndoOffer }) {
  const t = useAllText();
  const [shownAtMs] = useState(() => performance.now());
  const kind = UNDO_OF[offer.kind];
  const block = storeBlock(t, snapshot, kind);
  const undo = (): void => {
    if (performance.now() - shownAtMs >= SETTLING_MS) actOnVisit(kind, offer.boothId, offer.visit);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== 'z' || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      if (!event.repeat && block === null) undo();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  return (
    <TouchButton className="button undo-button" data-testid="undo" aria-keyshortcuts="Control+Z" blocked={block !== null} aria-label={`${t('undo.undo')}: ${offerText(t, offer)}`} onTap={undo}>
      <Undo2 aria-hidden="true" />
      <span>{block ?? t('undo.undo')}</span>
    </TouchButton>
  );
}

/** How long the offer stands, as a line that shrinks and in seconds. The seconds are for eyes alone. */
function TimeLeft({ untilMs }: { readonly untilMs: number }) {
  const t = useAllText();
  const [seconds, setSeconds] = useState(() => secondsUntil(untilMs));
  useEffect(() => {
    const timer = setInterval(() => setSeconds(secondsUntil(untilMs)), 250);
    return () => clearInterval(timer);
  }, [untilMs]);
  const [spentMs] = useState(() => UNDO_SHOWN_MS - (untilMs - performance.now()));
  return (
    <>
      <span className="undo-seconds" aria-hidden="true">
        {t('age.seconds', { n: seconds })}
      </span>
      <span className="undo-time" aria-hidden="true" style={{ animationDelay: `-${Math.round(spentMs)}ms`, animationDuration: `${UNDO_SHOWN_MS}ms` }} />
      <span className="visually-hidden" aria-live="polite">
        {t('undo.keys')}
      </span>
    </>
  );
}

const secondsUntil = (untilMs: number): number => Math.max(1, Math.ceil((untilMs - performance.now()) / 1000));

type Words = ReturnType<typeof useAllText>;

function offerText(t: Words, offer: UndoOffer | null): string {
  return offer === null ? '' : t(`undo.${offer.kind}`, { person: personText(t, offer.visit) });
}

/** What is true after taking back, or why it was not taken back. */
function undoneText(t: Words, tap: Tap, snapshot: Snapshot): string {
  const person = tap.person === null ? '' : personText(t, tap.person);
  if (tap.phase === 'refused') return t('undo.refused', { person, reason: tap.error === null ? '' : errorText(t, tap.error, snapshot) });
  if (isDone(tap)) return t(`undone.${tap.kind as (typeof UNDO_KINDS)[number]}`, { person });
  return t(`undo.phase.${tap.phase as 'sending' | 'checking' | 'not-done' | 'see-list'}`, { person });
}
