/** What the row of a booth allows, and what became of it, read in plain SQL at the very instant: only what was asked for, and only while it holds. */
import type { BoothChange } from '../../electron/core/ledger.ts';
import type { SoftLock } from '../../electron/core/ports.ts';
import type { PhaseChange } from '../../shared/snapshot.ts';
import type { Book } from './book.ts';
import type { Message } from './network.ts';
import { keyOf } from './record.ts';
import type { Stores } from './stores.ts';
import type { Must } from './violation.ts';

/** A booth as its rows say, the kiosks' own columns beside the status every program writes. */
export interface BoothState {
  readonly status: string;
  readonly isLastCall: boolean;
  readonly isPaused: boolean;
  /** The closing that still dismisses. */
  readonly closing: string | null;
}

export interface BoothJudge {
  readonly stateOf: (boothId: number) => BoothState;
  /** Dismissals by their operation, with the ticket each ended. */
  readonly dismissals: ReadonlyMap<string, string>;
  /** A call, join or dismissal is in the ledger. */
  readonly committed: (lock: SoftLock) => void;
  /** A statement ran, whatever it answered. */
  readonly ran: (message: Message) => void;
  /** Another program has written the status. */
  readonly changedElsewhere: (boothId: number) => void;
  /** After every step. */
  readonly check: () => void;
}

const CHANGES: ReadonlySet<string> = new Set(['changeBooth', 'endDismissal', 'forgetOvertaken']);
const OPEN: BoothState = { status: 'OPEN', isLastCall: false, isPaused: false, closing: null };

export function createBoothJudge({ db, boothIds }: Pick<Stores, 'db' | 'boothIds'>, book: Book, must: Must): BoothJudge {
  const row = db.prepare('SELECT b.status, k.last_call_at, k.paused_at, k.dismiss_op FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id WHERE b.id = ?');
  const stateOf = (boothId: number): BoothState => {
    const { status, last_call_at, paused_at, dismiss_op } = row.get(boothId) ?? {};
    return { status: String(status), isLastCall: last_call_at !== null, isPaused: paused_at !== null, closing: dismiss_op === null ? null : String(dismiss_op) };
  };
  const known = new Map(boothIds.map((boothId) => [boothId, stateOf(boothId)]));
  const dismissals = new Map<string, string>();
  /** Of a closing: whose registration has been owed a place since before it was saved, without a break. */
  const standing = new Map<number, Set<string>>();

  function asAsked(was: BoothState, change: PhaseChange, operationId: string): BoothState {
    if (change === 'open') return OPEN;
    if (change === 'close') return { ...OPEN, status: 'CLOSED', closing: operationId };
    if (was.status !== 'OPEN') return was;
    return { ...was, closing: null, ...(change === 'last-call' ? { isLastCall: true } : { isPaused: change === 'pause' }) };
  }

  function expected(was: BoothState, { method, args }: Message): BoothState {
    if (method === 'endDismissal') return was.closing === args[1] ? { ...was, closing: null } : was;
    if (method === 'forgetOvertaken') return was.status === 'OPEN' ? { ...was, closing: null } : { ...was, isLastCall: false, isPaused: false };
    const { change, operationId } = args[0] as BoothChange;
    return asAsked(was, change, operationId);
  }

  const assertKnown = (boothId: number, expectedState: BoothState | undefined, by: string): BoothState => {
    const now = stateOf(boothId);
    must(JSON.stringify(now) === JSON.stringify(expectedState), 'booth-by-nobody', () => `booth ${boothId} became ${JSON.stringify(now)} instead of ${JSON.stringify(expectedState)} by ${by}`);
    return now;
  };

  return {
    stateOf,
    dismissals,
    committed(lock) {
      const { kind, operationId, boothId, userId } = lock;
      const now = assertKnown(boothId, known.get(boothId), `${kind} ${operationId}`);
      const isAllowed = kind === 'dismiss' ? now.status === 'CLOSED' && now.closing !== null : now.status === 'OPEN' && !(kind === 'call' ? now.isPaused : now.isLastCall);
      must(isAllowed, 'booth-phase', () => `${kind} ${operationId} of ${userId} was committed at booth ${boothId}, which is ${JSON.stringify(now)}`);
      if (kind === 'dismiss') dismissals.set(operationId, keyOf(lock));
    },
    ran(message) {
      if (!CHANGES.has(message.method)) return;
      const boothId = message.method === 'changeBooth' ? (message.args[0] as BoothChange).boothId : Number(message.args[0]);
      const was = known.get(boothId) ?? OPEN;
      const now = assertKnown(boothId, expected(was, message), message.name);
      known.set(boothId, now);
      if (message.method === 'endDismissal' && was.closing !== null && now.closing === null) {
        const left = standing.get(boothId) ?? new Set();
        must(left.size === 0, 'left-waiting', () => `the closing of booth ${boothId} is through, and ${[...left].join(', ')} have waited since before it`);
      }
      if (now.closing === null) standing.delete(boothId);
      else if (now.closing !== was.closing) standing.set(boothId, new Set(book.waitingAt(boothId)));
    },
    changedElsewhere: (boothId) => void known.set(boothId, stateOf(boothId)),
    check() {
      for (const [boothId, entries] of standing) {
        const waiting = book.waitingAt(boothId);
        for (const each of entries) if (!waiting.has(each)) entries.delete(each);
      }
    },
  };
}
