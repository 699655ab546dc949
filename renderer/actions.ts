/** What touching the screen does: asks the main process, and keeps the tap's story true while it waits. */
import type { CallsAnswer, RequestChannel, Requests, TapAnswer, VisitAct } from '../shared/channels.ts';
import type { Result } from '../shared/errors.ts';
import type { Language, Person } from '../shared/snapshot.ts';
import { request } from './api.ts';
import { changeTap, nextOrder, putTap, showNotice, useScreen } from './store.ts';
import { answered, caughtUp, holdsSubject, holdsVisit, isDone, phaseByLists, refused, settledBy, tapSubject, type Tap, type TapKind } from './taps.ts';

/** Waits shorter than this need no words. */
const WORDLESS_MS = 400;
/** Two touches this close are one: the list may have moved under the second. */
const DOUBLE_TOUCH_MS = 600;
/** A second visitor called by mistake leaves the queue: here a hasty second tap costs most. */
const DOUBLE_CALL_MS = 1_500;
/** A menu has closed under the finger: the second touch of a double tap hits what was behind it. */
const UNCOVERED_MS = 500;
const HELD_BACK_SHOWN_MS = 1_200;
/** How long an operation may go unmentioned before the lists are taken as its answer. */
const UNREPORTED_MS = 5_000;
const SAVED_SHOWN_MS = 3_000;
const REFUSAL_SHOWN_MS = 10_000;
const CALL_REFUSAL_SHOWN_MS = 6_000;
/** Long enough to call a name out loud, twice. */
const CALL_SHOWN_MS = 6_000;

let heldBack = 0;
let uncoveredMs = -Infinity;
const lastTouchMs: Partial<Record<TapKind, number>> = {};

/** Calls the next visitor of a booth. */
export function callNext(boothId: number): void {
  void tap({ kind: 'call', boothId, id: boothId }, () => request('booth:call-next', { boothId }));
}

/** Tells that a touch of the main button was noticed and left aside: a second one, or one by two fingers, which mean nobody knows what. */
export function holdBackCall(why: 'moment' | 'oneFinger' = 'moment'): void {
  heldBack += 1;
  const own = heldBack;
  useScreen.setState({ callHeldBack: why });
  after(HELD_BACK_SHOWN_MS, () => useScreen.setState((state) => (own === heldBack ? { callHeldBack: null } : state)));
}

/** Any action on a visit of a booth. */
export function actOnVisit(kind: VisitAct['kind'], boothId: number, visit: Person & { readonly waitingId: number }, asked: Omit<VisitAct, 'kind' | 'waitingId'> = {}): void {
  const { waitingId } = visit;
  void tap({ kind, boothId, id: waitingId, waitingId, person: visit }, () => request('visit:act', { waitingId, kind, ...asked }));
}

/** Forgets the last joined visitor, for the next one. */
export function clearJoined(): void {
  const joined = useScreen.getState().taps[tapSubject('join', null)];
  if (joined !== undefined && !holdsSubject(joined)) changeTap(joined.order, () => null);
  useScreen.setState({ joined: null, scanned: null });
}

/** An answer; of several calls at once, that of the last with all of them. */
export type Told = TapAnswer & { readonly together?: CallsAnswer };

interface TappedOn {
  readonly kind: TapKind;
  readonly boothId: number;
  /** What `tapSubject` asks for. */
  readonly id: number | null;
  readonly waitingId?: number;
  readonly person?: Person;
}

/** Touches that follow are no taps for a moment: what they hit was covered when the finger set out. */
export function uncover(): void {
  uncoveredMs = performance.now();
}

/**
 * The course of a tap, from the touch to the truth. Does nothing when the touch was none of its own.
 * @param isTouch false: no finger may have touched twice, because a scanner asked, or an item of a menu that is gone with the first touch
 */
export async function tap({ kind, boothId, id, waitingId, person }: TappedOn, send: () => Promise<Result<Told>>, isTouch = true): Promise<void> {
  const subject = tapSubject(kind, id);
  const { taps } = useScreen.getState();
  if (holdsSubject(taps[subject]) || (waitingId !== undefined && holdsVisit(taps, waitingId)) || (isTouch && isDoubleTouch(kind))) {
    if (kind === 'call') holdBackCall();
    return;
  }
  // Whatever called: a touch of the main button right after it is one with it.
  if (!isTouch && kind === 'call') lastTouchMs[kind] = performance.now();
  const order = nextOrder();
  const fresh: Tap = {
    kind, subject, order, boothId, waitingId: waitingId ?? null, person: person ?? null, phase: 'sending', slow: false, operationId: null, seenPending: false, error: null, together: null,
  };
  putTap(fresh);
  after(WORDLESS_MS, () => markSlow(order, 'sending'));
  const answer = await send();
  changeTap(order, (current) => (answer.ok ? answered(current, answer.value) : refused(current, answer.error)));
  const { snapshot } = useScreen.getState();
  if (snapshot !== null) resolveAgain(order);
  after(WORDLESS_MS, () => markSlow(order, 'catching-up'));
  after(UNREPORTED_MS, () => giveUpWaiting(order));
}

function isDoubleTouch(kind: TapKind): boolean {
  const now = performance.now();
  const last = lastTouchMs[kind];
  if (now - uncoveredMs < UNCOVERED_MS) return true;
  if (last !== undefined && now - last < (kind === 'call' ? DOUBLE_CALL_MS : DOUBLE_TOUCH_MS)) return true;
  lastTouchMs[kind] = now;
  return false;
}

/** The snapshot that settles an operation may have come before the tap's own answer. */
function resolveAgain(order: number): void {
  changeTap(order, (current) => {
    const { snapshot } = useScreen.getState();
    const notice = snapshot?.settled.find((settled) => settled.operationId === current.operationId);
    const pending = snapshot?.pending.some((operation) => operation.operationId === current.operationId) ?? false;
    if (notice !== undefined && current.phase === 'checking') return settledBy(current, notice, snapshot);
    return pending ? { ...current, seenPending: true } : current;
  });
}

function markSlow(order: number, phase: Tap['phase']): void {
  changeTap(order, (current) => (current.phase === phase ? { ...current, slow: true } : current));
}

function giveUpWaiting(order: number): void {
  changeTap(order, (current) => {
    if (current.seenPending) return current;
    if (current.phase === 'catching-up') return caughtUp(current, useScreen.getState().snapshot);
    if (current.phase === 'checking') return { ...current, phase: phaseByLists(current, useScreen.getState().snapshot?.booth ?? null) };
    return current;
  });
}

const after = (delayMs: number, run: () => void): void => void setTimeout(run, delayMs);

/** Announces saved calls and takes finished stories off the screen, whatever ended them. Runs for the life of the page. */
export function followTaps(): () => void {
  return useScreen.subscribe((state, before) => {
    if (state.taps === before.taps) return;
    for (const current of Object.values(state.taps)) {
      const previous = before.taps[current.subject];
      if (previous?.order === current.order && previous.phase === current.phase) continue;
      scheduleEnd(current);
      // Beside a refusal the mark of the visitor before would pass for this call's.
      if (current.kind === 'call' && (current.phase === 'refused' || current.phase === 'not-done')) useScreen.setState({ justCalled: null });
      if (current.kind === 'call' && isDone(current) && !(previous?.order === current.order && isDone(previous))) announceCall(current);
    }
  });
}

function scheduleEnd(ended: Tap): void {
  // The dialog keeps its own story until the person goes on.
  if (ended.kind === 'join') return;
  const [savedMs, refusalMs] = ended.kind === 'call' ? [CALL_SHOWN_MS, CALL_REFUSAL_SHOWN_MS] : [SAVED_SHOWN_MS, REFUSAL_SHOWN_MS];
  const shownMs = ended.phase === 'saved' ? savedMs : ['refused', 'not-done', 'see-list'].includes(ended.phase) ? refusalMs : null;
  if (shownMs === null) return;
  after(shownMs, () => changeTap(ended.order, (current) => (current.phase === ended.phase ? null : current)));
}

function announceCall(called: Tap): void {
  const { boothId, order } = called;
  const people = (called.together?.calls ?? [called]).flatMap(({ person }) => (person === null ? [] : [person]));
  if (people.length === 0) return;
  useScreen.setState({ justCalled: { boothId, people, order } });
  after(CALL_SHOWN_MS, () => useScreen.setState((state) => (state.justCalled?.order === order ? { justCalled: null } : state)));
}

/** Requests without a story of their own: only a failure is shown. */
export async function ask<C extends RequestChannel>(channel: C, payload: Requests[C]['request']): Promise<Requests[C]['answer'] | undefined> {
  const answer = await request(channel, payload);
  if (answer.ok) return answer.value;
  showNotice(answer.error);
  return undefined;
}

/** Switches the language here at once, and asks the main process to remember it. */
export function chooseLanguage(language: Language): void {
  useScreen.setState({ languageOverride: language });
  void ask('kiosk:set-language', { language });
}
