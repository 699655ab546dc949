/**
 * The life of a tap as the screen tells it: sending, then one of the true outcomes. Pure: actions.ts drives it, the store keeps it.
 */
import type { CallsAnswer, TapAnswer } from '../shared/channels.ts';
import type { AppError } from '../shared/errors.ts';
import type { BoothView, OperationKind, PendingOperation, Person, SettledNotice, Snapshot } from '../shared/snapshot.ts';

/** Everything there is can be tapped, or asked for by an undo. */
export type TapKind = OperationKind;

/** They leave a visit where it is, or begin one: nothing on screen has to follow before the next. */
const REPEATABLE: readonly TapKind[] = ['join', 'call', 'hold', 'recall'];
/** They change how many are inside. */
const COUNTED: readonly TapKind[] = ['enter', 'complete', 'undo-complete', 'admit'];

/** They take a called visitor off the list, to where no list shows them. */
const LEAVING: readonly TapKind[] = ['no-show', 'cancel', 'put-back', 'undo-call'];

export type TapPhase =
  | 'sending'
  | 'saved'
  | 'catching-up'
  | 'checking'
  | 'not-done'
  | 'refused'
  /** The outcome was never reported; the lists on screen are true all the same. */
  | 'see-list';

export interface Tap {
  readonly kind: TapKind;
  /** What the tap acts on: further taps on it wait. */
  readonly subject: string;
  /** Where it was made: the answer belongs there, whichever booth is on screen by then. */
  readonly boothId: number;
  /** The visit it acts on; of a call, the one it made. */
  readonly waitingId: number | null;
  readonly person: Person | null;
  readonly phase: TapPhase;
  /** The phase has lasted long enough to be worth words. */
  readonly slow: boolean;
  readonly operationId: string | null;
  /** The main process has listed the operation as pending since the answer. */
  readonly seenPending: boolean;
  readonly error: AppError | null;
  /** Of several calls at one tap; null for all else. */
  readonly together: CallsAnswer | null;
  /** Later taps have higher numbers. */
  readonly order: number;
}

export type Taps = Readonly<Record<string, Tap>>;

/** @param id of the visit; of the booth for a call; of the user for a leave; null for a join */
export const tapSubject = (kind: TapKind, id: number | null): string => (id === null ? kind : `${kind}:${id}`);

const isOpen = (tap: Tap): boolean => tap.phase === 'sending' || tap.phase === 'checking';
export const isDone = (tap: Tap): boolean => tap.phase === 'saved' || tap.phase === 'catching-up';

/** The tap holds its subject: another one would be a mistake or a double. */
export function holdsSubject(tap: Tap | undefined): boolean {
  if (tap === undefined) return false;
  // A visit changes once; its row only waits for the next list. The next visitor may be called at once.
  return isOpen(tap) || (isDone(tap) && !REPEATABLE.includes(tap.kind));
}

/** Something is under way with this visit: whatever else is tapped on it would be refused, or come too late. */
export function holdsVisit(taps: Taps, waitingId: number): boolean {
  return Object.values(taps).some((tap) => tap.waitingId === waitingId && isOpen(tap));
}

/** Without what has become old news of this visit: something new is tapped on it. */
export function withoutOld(taps: Taps, waitingId: number | null): Taps {
  const isOld = (tap: Tap): boolean => tap.waitingId === waitingId && waitingId !== null && tap.kind !== 'call' && !isOpen(tap);
  return Object.fromEntries(Object.entries(taps).filter(([, tap]) => !isOld(tap)));
}

/** The newest tap of these kinds at a booth: what its column reports. */
export function newestOf(taps: Taps, kinds: readonly TapKind[], boothId: number | undefined): Tap | null {
  const ofKind = Object.values(taps).filter((tap) => tap.boothId === boothId && kinds.includes(tap.kind));
  return ofKind.reduce<Tap | null>((newest, tap) => (newest === null || tap.order > newest.order ? tap : newest), null);
}

/** What a positive answer makes of a tap. */
export function answered(tap: Tap, answer: TapAnswer & { readonly together?: CallsAnswer }): Tap {
  const { state: phase, operationId, person, waitingId, together = null } = answer;
  return { ...tap, phase, slow: false, operationId, together, person: better(person, tap.person), waitingId: tap.waitingId ?? waitingId };
}

/** Of a visitor of a booth that was left meanwhile, the main process may have forgotten the name. */
function better(told: Person | null, known: Person | null): Person | null {
  return told === null || told.name === '' ? (known ?? told) : told;
}

/** What a refusal makes of a tap. A lost reply is no refusal: the outcome is being checked when the operation is known. */
export function refused(tap: Tap, error: AppError): Tap {
  const operationId = error.code === 'OUTCOME_UNKNOWN' ? error.params?.['operationId'] : undefined;
  if (typeof operationId === 'string') return { ...tap, phase: 'checking', slow: false, operationId };
  return { ...tap, phase: 'refused', slow: false, error };
}

/** Brings taps whose end was open up to date with what the main process now shows. */
export function resolveTaps(taps: Taps, snapshot: Snapshot): Taps {
  let changed = false;
  const next: Record<string, Tap> = {};
  for (const [subject, tap] of Object.entries(taps)) {
    next[subject] = resolveTap(tap, snapshot);
    if (next[subject] !== tap) changed = true;
  }
  return changed ? next : taps;
}

function resolveTap(tap: Tap, snapshot: Snapshot): Tap {
  if (tap.operationId === null || (tap.phase !== 'checking' && tap.phase !== 'catching-up')) return tap;
  const notice = snapshot.settled.find((settled) => settled.operationId === tap.operationId);
  if (notice !== undefined) return settledBy(tap, notice, snapshot);
  if (snapshot.pending.some((operation) => operation.operationId === tap.operationId)) {
    return tap.seenPending ? tap : { ...tap, seenPending: true };
  }
  if (!tap.seenPending) return tap;
  return tap.phase === 'catching-up' ? caughtUp(tap, snapshot) : { ...tap, phase: phaseByLists(tap, snapshot.booth) };
}

/** What the main process says of an operation's end makes of its tap. */
export function settledBy(tap: Tap, notice: SettledNotice, snapshot: Snapshot | null): Tap {
  const told = { ...tap, person: better(notice.person, tap.person) };
  return notice.outcome === 'done' ? caughtUp(told, snapshot) : { ...told, phase: 'not-done' };
}

/** A saved entrance or completion goes on catching up until the count on screen agrees with the history: only then is it over. */
export function caughtUp(tap: Tap, snapshot: Snapshot | null): Tap {
  const booth = snapshot?.booth ?? null;
  if (!COUNTED.includes(tap.kind) || booth === null || booth.id !== tap.boothId || booth.current === booth.inside) return { ...tap, phase: 'saved' };
  // Marked as seen: the next snapshots decide, not the clock.
  return tap.phase === 'catching-up' && tap.seenPending && tap.slow ? tap : { ...tap, phase: 'catching-up', slow: true, seenPending: true };
}

/** Without a notice the lists tell, where they can. */
export function phaseByLists(tap: Tap, booth: BoothView | null): TapPhase {
  const isIn = (list: BoothView['called']): boolean =>
    list.some((visit) => (tap.waitingId === null ? visit.userId === tap.person?.userId : visit.waitingId === tap.waitingId));
  if (booth === null || booth.id !== tap.boothId) return 'see-list';
  if (tap.kind === 'call') return tap.person === null ? 'see-list' : isIn(booth.called) ? 'saved' : 'not-done';
  if (tap.kind === 'enter') return isIn(booth.insideList) ? 'saved' : isIn(booth.called) ? 'not-done' : 'see-list';
  if (tap.kind === 'complete') return isIn(booth.insideList) ? 'not-done' : 'saved';
  return LEAVING.includes(tap.kind) && isIn(booth.called) ? 'not-done' : 'see-list';
}

/** Operations still being checked that no tap on screen stands for: left by an earlier life of this screen. */
export function adoptPending(taps: Taps, snapshot: Snapshot, nextOrder: () => number): Taps {
  const known = new Set(Object.values(taps).map((tap) => tap.operationId));
  const isOrphan = ({ state, operationId, kind }: PendingOperation): boolean =>
    state === 'checking' &&
    !known.has(operationId) &&
    // A tap under way has no id yet; this may well be its own operation.
    !Object.values(taps).some((tap) => tap.phase === 'sending' && tap.kind === kind);
  const adopted = snapshot.pending.filter(isOrphan).map(({ kind, boothId, waitingId, person, operationId }): [string, Tap] => {
    const own = tapSubject(kind, kind === 'join' ? null : kind === 'call' ? boothId : (waitingId ?? person?.userId ?? null));
    const subject = taps[own] === undefined ? own : `${kind}:${operationId}`;
    return [subject, { kind, subject, boothId, waitingId, person, phase: 'checking', slow: true, operationId, seenPending: true, error: null, together: null, order: nextOrder() }];
  });
  if (adopted.length === 0) return taps;
  return { ...taps, ...Object.fromEntries(adopted) };
}

