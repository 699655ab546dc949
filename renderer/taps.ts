/**
 * The life of a tap as the screen tells it: sending, then one of the true outcomes. Pure: actions.ts drives it, the store keeps it.
 */
import type { TapAnswer } from '../shared/channels.ts';
import type { AppError } from '../shared/errors.ts';
import type { BoothView, OperationKind, PendingOperation, Person, SettledNotice, Snapshot } from '../shared/snapshot.ts';

/** What can be tapped on this screen. Other kinds are done elsewhere and only ever shown as work under way. */
const TAP_KINDS = ['join', 'call', 'enter', 'complete', 'no-show'] as const satisfies readonly OperationKind[];
export type TapKind = (typeof TAP_KINDS)[number];

const isTapKind = (kind: OperationKind): kind is TapKind => TAP_KINDS.some((tapped) => tapped === kind);

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
  readonly waitingId: number | null;
  readonly person: Person | null;
  readonly phase: TapPhase;
  /** The phase has lasted long enough to be worth words. */
  readonly slow: boolean;
  readonly operationId: string | null;
  /** The main process has listed the operation as pending since the answer. */
  readonly seenPending: boolean;
  readonly error: AppError | null;
  /** Later taps have higher numbers. */
  readonly order: number;
}

export type Taps = Readonly<Record<string, Tap>>;

export const tapSubject = (kind: TapKind, waitingId: number | null): string => (waitingId === null ? kind : `${kind}:${waitingId}`);

/** The tap holds its subject: another one would be a mistake or a double. */
export function holdsSubject(tap: Tap | undefined): boolean {
  if (tap === undefined) return false;
  if (tap.phase === 'sending' || tap.phase === 'checking') return true;
  // A visit changes once; its row only waits for the next list. The next visitor may be called at once.
  return tap.waitingId !== null && (tap.phase === 'saved' || tap.phase === 'catching-up');
}

/** The newest tap of a kind: what its column reports. */
export function newestOf(taps: Taps, kind: TapKind): Tap | null {
  const ofKind = Object.values(taps).filter((tap) => tap.kind === kind);
  return ofKind.reduce<Tap | null>((newest, tap) => (newest === null || tap.order > newest.order ? tap : newest), null);
}

/** What a positive answer makes of a tap. */
export function answered(tap: Tap, answer: TapAnswer): Tap {
  return { ...tap, phase: answer.state, slow: false, operationId: answer.operationId, person: answer.person ?? tap.person, waitingId: tap.waitingId };
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
  const told = { ...tap, person: notice.person ?? tap.person };
  return notice.outcome === 'done' ? caughtUp(told, snapshot) : { ...told, phase: 'not-done' };
}

/** A saved entrance or completion goes on catching up until the count on screen agrees with the history: only then is it over. */
export function caughtUp(tap: Tap, snapshot: Snapshot | null): Tap {
  const booth = snapshot?.booth ?? null;
  const counts = tap.kind === 'enter' || tap.kind === 'complete';
  if (!counts || booth === null || booth.current === booth.inside) return { ...tap, phase: 'saved' };
  // Marked as seen: the next snapshots decide, not the clock.
  return tap.phase === 'catching-up' && tap.seenPending && tap.slow ? tap : { ...tap, phase: 'catching-up', slow: true, seenPending: true };
}

/** Without a notice the lists tell, where they can. */
export function phaseByLists(tap: Tap, booth: BoothView | null): TapPhase {
  const isIn = (list: BoothView['called']): boolean =>
    list.some((visit) => (tap.waitingId === null ? visit.userId === tap.person?.userId : visit.waitingId === tap.waitingId));
  if (booth === null || tap.kind === 'join') return 'see-list';
  if (tap.kind === 'call') return tap.person === null ? 'see-list' : isIn(booth.called) ? 'saved' : 'not-done';
  if (tap.kind === 'enter') return isIn(booth.insideList) ? 'saved' : isIn(booth.called) ? 'not-done' : 'see-list';
  if (tap.kind === 'no-show') return isIn(booth.called) ? 'not-done' : 'see-list';
  return isIn(booth.insideList) ? 'not-done' : 'saved';
}

/** Operations still being checked that no tap on screen stands for: left by an earlier life of this screen. */
export function adoptPending(taps: Taps, snapshot: Snapshot, nextOrder: () => number): Taps {
  const known = new Set(Object.values(taps).map((tap) => tap.operationId));
  const isOrphan = ({ state, operationId, kind }: PendingOperation): boolean =>
    state === 'checking' &&
    !known.has(operationId) &&
    // A tap under way has no id yet; this may well be its own operation.
    !Object.values(taps).some((tap) => tap.phase === 'sending' && tap.kind === kind);
  const adopted = snapshot.pending.filter(isOrphan).flatMap(({ kind, person, operationId }): [string, Tap][] => {
    if (!isTapKind(kind)) return [];
    const subject = taps[kind] === undefined ? kind : `${kind}:${operationId}`;
    return [[subject, { kind, subject, waitingId: null, person, phase: 'checking', slow: true, operationId, seenPending: true, error: null, order: nextOrder() }]];
  });
  if (adopted.length === 0) return taps;
  return { ...taps, ...Object.fromEntries(adopted) };
}

