/**
 * begin → commit → finish, once for every kind of action.
 * Before the person is answered: one step in the queue store, one in the ledger. finish runs after the answer.
 */
import type { AppError, ErrorCode } from '../../shared/errors.ts';
import { attemptId } from './attempt-id.ts';
import type { Core } from './core.ts';
import { type BeginRequest, type BeginResult, type CommitResult, type SoftLock, StoreFailure } from './ports.ts';
import { REFUSALS } from './refusals.ts';
import { journal, settle } from './settle.ts';
import { EFFECTS, type QueueEffect, UNKNOWN_USER, VISIT_TRANSITIONS } from './waiting.ts';

/** What an action knows before it begins; the generation is the last one read. */
export type Draft = BeginRequest extends infer R ? (R extends BeginRequest ? Omit<R, 'operationId' | 'owner'> : never) : never;

export interface Done {
  readonly outcome: 'done';
  readonly operationId: string;
  readonly boothId: number;
  readonly userId: number;
  readonly waitingId: number | null;
  /** For join: where the visitor stands, when begin told it. */
  readonly position: number | null;
  readonly waitingTotal: number | null;
  readonly alreadyQueued: boolean;
  /** true once the queue store has followed; false if that was left to the reconciler. Never rejects. */
  readonly finished: Promise<boolean>;
}
export interface Refused {
  readonly outcome: 'refused';
  readonly operationId: string;
  readonly error: AppError;
}
export interface Uncertain {
  readonly outcome: 'uncertain';
  readonly operationId: string;
  readonly kind: Draft['kind'];
  readonly userId: number;
  readonly waitingId: number | null;
  /** The truth, or null when it could not be learnt yet and the reconciler goes on. Never rejects. */
  readonly truth: Promise<Done | Refused | null>;
}
export type Outcome = Done | Refused | Uncertain;

/** Attempts of one request before the person is asked to tap again. Each is a definite non-execution of the one before. */
export const MAX_ATTEMPTS = 5;

type Step = Outcome | { readonly outcome: 'again'; readonly generation: number };

/**
 * Runs one action to its outcome. Expected failures are values; it throws only on broken invariants.
 * @param operationId a fresh UUIDv7, or that of an earlier request to ask again for what became of it
 */
export async function runOperation(core: Core, draft: Draft, operationId: string): Promise<Outcome> {
  let generation = draft.generation;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const step = await guarded(core, { ...draft, generation, operationId: attemptId(operationId, attempt), owner: core.owner });
    if (step.outcome !== 'again') return step;
    generation = step.generation;
  }
  return refused(operationId, 'CONTENDED');
}

/** A defect of ours must not leave the lock marked as in flight: the reconciler has to be free to settle it. */
async function guarded(core: Core, request: BeginRequest): Promise<Step> {
  const tracked = { operationId: request.operationId, kind: request.kind, boothId: request.boothId, userId: userOf(request), waitingId: visitOf(request) };
  core.operations.set({ ...tracked, state: 'begun' });
  try {
    return await attemptOnce(core, request);
  } catch (error) {
    core.operations.set({ ...tracked, state: 'checking' });
    core.wantReconcile();
    throw error;
  }
}

async function attemptOnce(core: Core, request: BeginRequest): Promise<Step> {
  const { operationId } = request;
  const begun = await begin(core, request);
  switch (begun.outcome) {
    case 'begun':
      return commit(core, begun.lock, begun.position, begun.waitingTotal);
    case 'unlocked':
      return commitUnlocked(core, begun.lock);
    case 'done':
      return askAgain(core, request, begun.as);
    case 'already-queued':
      core.operations.end(operationId, 'done');
      return { ...done(request, userOf(request) ?? 0, null, Promise.resolve(true)), position: begun.position, waitingTotal: begun.waitingTotal, alreadyQueued: true };
    case 'refused':
      core.operations.end(operationId, 'not-done');
      return refused(operationId, begun.code);
    case 'failed':
      core.operations.end(operationId, 'not-done');
      // The begin may still have run, or run late. Nothing was committed and nothing will be: the reconciler puts the visitor back.
      if (begun.failure.executed === 'unknown') core.wantReconcile();
      return failed(operationId, begun.failure);
  }
}

type Begun = BeginResult | { readonly outcome: 'unlocked'; readonly lock: SoftLock } | { readonly outcome: 'failed'; readonly failure: StoreFailure };

/**
 * Entrance and completion go on while the queue store is away: their commit is guarded by status and revision alone,
 * and the count is corrected by the recount. A call or join needs the queue.
 */
async function begin(core: Core, request: BeginRequest): Promise<Begun> {
  try {
    return await core.queue.begin(request);
  } catch (error) {
    const failure = asStoreFailure(error);
    if (request.kind === 'join' || request.kind === 'call') return { outcome: 'failed', failure };
    return { outcome: 'unlocked', lock: { ...request, createdAtMs: 0 } };
  }
}

async function commit(core: Core, lock: SoftLock, position: number, waitingTotal: number): Promise<Step> {
  let result: CommitResult;
  try {
    result = await core.ledger.commit(lock);
  } catch (error) {
    const failure = asStoreFailure(error);
    if (failure.executed === 'unknown') return uncertain(core, lock);
    await undo(core, lock);
    return failed(lock.operationId, failure);
  }
  switch (result.outcome) {
    case 'committed':
      return { ...done(lock, lock.userId, result.waitingId, finish(core, lock, result.waitingId)), position, waitingTotal };
    case 'stale':
      await undo(core, lock);
      return { outcome: 'again', generation: result.generation };
    case 'refused':
      if (lock.kind === 'call' && result.code === 'USER_NOT_FOUND') return setAside(core, lock);
      await undo(core, lock);
      return refused(lock.operationId, result.code, result.params);
    case 'ticket-has-row':
      // An older queue came back: this ticket was called before. Taking it out is right; calling it again would not be.
      await finish(core, lock, result.waitingId);
      return { outcome: 'again', generation: lock.generation };
    case 'committed-before':
      await undo(core, lock);
      return done(lock, result.userId, result.waitingId, Promise.resolve(true));
  }
}

async function commitUnlocked(core: Core, lock: SoftLock): Promise<Step> {
  try {
    const result = await core.ledger.commit(lock);
    core.operations.end(lock.operationId, 'done');
    if (result.outcome === 'committed') {
      core.wantReconcile();
      return done(lock, lock.userId, result.waitingId, Promise.resolve(false));
    }
    if (result.outcome === 'stale') return { outcome: 'again', generation: result.generation };
    if (result.outcome === 'refused') return refused(lock.operationId, result.code, result.params);
    throw new Error(`a visit's commit cannot end as ${result.outcome}`);
  } catch (error) {
    const failure = asStoreFailure(error);
    if (failure.executed === 'unknown') return uncertain(core, lock);
    core.operations.end(lock.operationId, 'not-done');
    return failed(lock.operationId, failure);
  }
}

/** The reply of a commit is missing: the truth is looked up while the person reads "checking". */
function uncertain(core: Core, lock: SoftLock): Uncertain {
  core.operations.set({ ...lock, state: 'checking' }, lock);
  const truth = settle(core, lock).then(
    (settlement): Done | Refused =>
      settlement.became === 'finished' && settlement.byThisOperation
        ? done(lock, lock.userId, settlement.waitingId, Promise.resolve(true))
        : refused(lock.operationId, 'CONTENDED'),
    (error: unknown): null => {
      core.logger.log('warn', 'outcome left to the reconciler', { operationId: lock.operationId, reason: error instanceof Error ? error.message : 'unknown' });
      core.wantReconcile();
      return null;
    },
  );
  core.operations.follow(truth);
  return { outcome: 'uncertain', operationId: lock.operationId, kind: lock.kind, userId: lock.userId, waitingId: lock.waitingId, truth };
}

/** Applies the queue's half. Until it is through, the screen may say "saved, catching up"; what fails here the reconciler does. */
function finish(core: Core, lock: SoftLock, waitingId: number | null): Promise<boolean> {
  core.operations.set({ ...lock, waitingId, state: 'finishing' });
  const work = core.queue.resolve(lock, EFFECTS[lock.kind].finish, 'finished').then(
    () => {
      core.operations.end(lock.operationId, 'done');
      core.operations.follow(journal(core, lock, 'finished', waitingId));
      return true;
    },
    (error: unknown) => {
      core.operations.set({ ...lock, waitingId, state: 'catching-up' });
      core.logger.log('warn', 'finish left to the reconciler', { operationId: lock.operationId, reason: asStoreFailure(error).message });
      core.wantReconcile();
      return false;
    },
  );
  core.operations.follow(work);
  return work;
}

/** The ticket of somebody the ledger does not know would be called, refused and put back for ever: the next one is called instead. */
async function setAside(core: Core, lock: SoftLock): Promise<Step> {
  core.logger.log('warn', 'ticket set aside: the user has no row', { operationId: lock.operationId, boothId: lock.boothId, userId: lock.userId });
  await undo(core, lock, UNKNOWN_USER);
  return { outcome: 'again', generation: lock.generation };
}

/** After a definite refusal no fence is needed: the commit was answered, and the answer was no. */
async function undo(core: Core, lock: SoftLock, effect: QueueEffect = EFFECTS[lock.kind].undo): Promise<void> {
  try {
    await core.queue.resolve(lock, effect, 'undone');
  } catch (error) {
    core.logger.log('warn', 'undo left to the reconciler', { operationId: lock.operationId, reason: asStoreFailure(error).message });
    core.wantReconcile();
  } finally {
    core.operations.end(lock.operationId, 'not-done');
  }
}

/** The id was used up earlier. What it committed is the answer; if it was undone, the next attempt's id is tried. */
async function askAgain(core: Core, request: BeginRequest, as: 'finished' | 'undone'): Promise<Step> {
  core.operations.end(request.operationId, 'done');
  const userId = userOf(request);
  if (as === 'finished' && userId !== null) return done(request, userId, visitOf(request), Promise.resolve(true));
  try {
    const found = await core.ledger.findCommitted(request.kind, request.operationId);
    if (found !== null) return done({ ...request, boothId: found.boothId }, found.userId, found.waitingId, Promise.resolve(true));
  } catch (error) {
    return failed(request.operationId, asStoreFailure(error));
  }
  return as === 'undone' ? { outcome: 'again', generation: request.generation } : refused(request.operationId, 'WAITING_NOT_FOUND');
}

function done(of: { readonly operationId: string; readonly boothId: number }, userId: number, waitingId: number | null, finished: Promise<boolean>): Done {
  return { outcome: 'done', operationId: of.operationId, boothId: of.boothId, userId, waitingId, position: null, waitingTotal: null, alreadyQueued: false, finished };
}

function refused(operationId: string, code: ErrorCode, params?: AppError['params']): Refused {
  const message = REFUSALS[code] ?? code;
  return { outcome: 'refused', operationId, error: params === undefined ? { code, message } : { code, message, params } };
}

function failed(operationId: string, failure: StoreFailure): Refused {
  return { outcome: 'refused', operationId, error: { code: failure.code, message: `${failure.message} Nothing was done.` } };
}

function userOf(request: BeginRequest): number | null {
  return request.kind === 'call' ? null : request.userId;
}

function visitOf(request: BeginRequest): number | null {
  return request.kind in VISIT_TRANSITIONS && 'waitingId' in request ? request.waitingId : null;
}

/** Anything but a StoreFailure is a defect of ours and must not be mistaken for a store that is away. */
function asStoreFailure(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  throw error;
}
