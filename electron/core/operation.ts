/**
 * begin → commit → finish, once for every kind of action.
 * Before the person is answered: one step in the queue store, one in the ledger. finish runs after the answer.
 */
import { attemptId, attemptIds, MAX_ATTEMPTS } from './attempt-id.ts';
import { announce } from './announce.ts';
import { asked } from './ask-again.ts';
import type { Core } from './core.ts';
import { applyFinish, applyUndo } from './close-lock.ts';
import { type Done, done, failed, type Outcome, type Refused, refused, truthOf, type Uncertain, underRequest } from './outcome.ts';
import type { CommitResult } from './ledger.ts';
import { type BeginRequest, type BeginResult, type SoftLock, StoreFailure } from './ports.ts';
import { journal, servedBefore, settle, stillDue } from './settle.ts';
import { asStoreFailure } from './store-failure.ts';
import { EFFECTS, needsQueue, type QueueEffect, SET_ASIDE } from './waiting.ts';

/** What an action knows before it begins; the generation is the last one read. */
export type Draft = BeginRequest extends infer R ? (R extends BeginRequest ? Omit<R, 'operationId' | 'owner'> : never) : never;

/** Times one request may be overtaken by other kiosks before the person is asked to tap again. */
const MAX_OVERTAKEN = 10;

/** The attempt certainly did nothing for the person. cleared: it took something out of the way, or its id was used up before. */
interface Again {
  readonly outcome: 'again';
  readonly because: 'overtaken' | 'cleared';
  readonly generation: number;
}
type Step = Outcome | Again;

/**
 * Runs one action to its outcome. Expected failures are values; it throws only on broken invariants.
 * @param operationId a fresh UUIDv7, or that of an earlier request that committed nothing (see ask-again.ts)
 * @param again false: being overtaken by another kiosk ends it, because what its asker saw does not hold any more
 */
export async function runOperation(core: Core, draft: Draft, operationId: string, again = true): Promise<Outcome> {
  const startedMs = core.clock.monotonicMs();
  let attempts = 0;
  const outcome = await attemptUntilOver(core, draft, operationId, again, () => attempts++);
  core.operations.follow(tellOperation(core, draft, outcome, { attempts, answeredMs: Math.round(core.clock.monotonicMs() - startedMs) }));
  return outcome;
}

async function attemptUntilOver(core: Core, draft: Draft, operationId: string, again: boolean, count: () => void): Promise<Outcome> {
  let generation = draft.generation;
  let overtaken = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    count();
    const step = await guarded(core, { ...draft, generation, operationId: attemptId(operationId, attempt), owner: core.owner }, operationId);
    if (step.outcome !== 'again') return underRequest(step, operationId);
    if (step.because === 'overtaken' && (!again || ++overtaken === MAX_OVERTAKEN)) return refused(operationId, 'CONTENDED');
    generation = step.generation;
  }
  return refused(operationId, 'QUEUE_ENTRY_INVALID');
}

/** The one line that tells a whole operation, once it is through. Names are left out: the journal has them. */
async function tellOperation(core: Core, { kind, boothId }: Draft, outcome: Outcome, figures: { readonly attempts: number; readonly answeredMs: number }): Promise<void> {
  const startedMs = core.clock.monotonicMs();
  const truth = await truthOf(outcome);
  const caughtUp = truth?.outcome === 'done' ? await truth.finished : true;
  const end = truth === null ? 'unknown' : truth.outcome === 'refused' ? truth.error.code : caughtUp ? 'done' : 'catching-up';
  const { operationId } = outcome;
  const [userId, waitingId] = truth?.outcome === 'done' ? [truth.userId, truth.waitingId] : [null, null];
  const throughMs = figures.answeredMs + Math.round(core.clock.monotonicMs() - startedMs);
  core.logger.log('info', 'operation', { operationId, kind, boothId, userId, waitingId, end, uncertain: outcome.outcome === 'uncertain', ...figures, throughMs });
}

/** A defect of ours must not leave the lock marked as in flight: the reconciler has to be free to settle it. */
async function guarded(core: Core, request: BeginRequest, requestId: string): Promise<Step> {
  const tracked = { operationId: request.operationId, requestId, kind: request.kind, boothId: request.boothId, userId: userOf(request), waitingId: visitOf(request) };
  core.operations.set({ ...tracked, state: 'begun' });
  try {
    return await attemptOnce(core, request, requestId);
  } catch (error) {
    core.operations.set({ ...tracked, state: 'checking' });
    core.wantReconcile();
    throw error;
  }
}

async function attemptOnce(core: Core, request: BeginRequest, requestId: string): Promise<Step> {
  const { operationId } = request;
  const begun = await beginVerified(core, request);
  switch (begun.outcome) {
    case 'begun':
      return begun.lock.owner === core.owner ? commit(core, begun.lock, requestId, begun) : takeOver(core, begun.lock);
    case 'unlocked':
      return commitUnlocked(core, begun.lock, requestId);
    case 'done':
      return usedUp(core, request);
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

/** A queue store that may have lost something calls nobody: it is compared with the ledger first, once, and then asked again. */
async function beginVerified(core: Core, request: BeginRequest): Promise<Begun> {
  const begun = await begin(core, request);
  if (begun.outcome !== 'refused' || begun.code !== 'QUEUE_UNVERIFIED') return begun;
  return (await core.verifyQueue()) ? begin(core, request) : begun;
}

/**
 * Actions on a visit that leave the queue alone go on while the queue store is away: their commit is guarded by status and revision
 * alone, and the count is corrected by the recount. The others need the queue; when only the reply is missing it is asked once more,
 * which is safe under the same id, so that the visitor it may have taken is not passed over by the next tap.
 */
async function begin(core: Core, request: BeginRequest): Promise<Begun> {
  try {
    return await core.queue.begin(request);
  } catch (error) {
    const failure = asStoreFailure(error);
    if ('waitingId' in request && !needsQueue(request.kind)) return { outcome: 'unlocked', lock: { ...request, returnScore: null, position: null, createdAtMs: 0 } };
    if (failure.executed === 'no') return { outcome: 'failed', failure };
  }
  try {
    return await core.queue.begin(request);
  } catch (error) {
    const { code, message } = asStoreFailure(error);
    return { outcome: 'failed', failure: new StoreFailure(code, message, 'unknown') };
  }
}

/**
 * The lock of this id was written by another process, dead or alive, which may still commit or undo it. Committing on it, too, could
 * lose the visitor to that undo; so it is settled, and if that leaves nothing done, the next attempt begins afresh.
 */
async function takeOver(core: Core, lock: SoftLock): Promise<Step> {
  try {
    const { became, byThisOperation, waitingId, unfollowed } = await settle(core, lock);
    if (became === 'finished' && byThisOperation) return done(lock, lock.userId, waitingId, Promise.resolve(unfollowed === null));
    core.operations.end(lock.operationId, 'not-done');
    return (await doneBefore(core, lock)) ?? { outcome: 'again', because: 'overtaken', generation: lock.generation };
  } catch (error) {
    asStoreFailure(error);
    return uncertain(core, lock);
  }
}

async function commit(core: Core, lock: SoftLock, requestId: string, { position, waitingTotal }: { readonly position: number; readonly waitingTotal: number }): Promise<Step> {
  let result: CommitResult;
  try {
    result = await core.ledger.commit(lock, attemptIds(requestId));
  } catch (error) {
    const failure = asStoreFailure(error);
    if (failure.executed === 'unknown') return uncertain(core, lock);
    // The ledger cannot be asked now: who has registered anew meanwhile stays where they are until it can.
    const { undo: effect } = EFFECTS[lock.kind];
    await undo(core, lock, effect.queue === 'enqueue' ? { ...effect, queue: 'enqueue-alone' } : effect);
    return failed(lock.operationId, failure);
  }
  switch (result.outcome) {
    case 'committed':
      announce(core, lock, result.waitingId);
      return { ...done(lock, lock.userId, result.waitingId, finish(core, lock, result.waitingId, finishOf(core, lock))), position, waitingTotal };
    case 'stale':
      await undo(core, lock, stillDue(core, lock, EFFECTS[lock.kind].undo));
      return { outcome: 'again', because: 'overtaken', generation: result.generation };
    case 'refused':
      if (lock.kind === 'call' && result.code === 'USER_NOT_FOUND') return setAside(core, lock);
      await undo(core, lock, stillDue(core, lock, EFFECTS[lock.kind].undo));
      return refused(lock.operationId, result.code, result.params);
    case 'ticket-has-row':
    case 'ticket-left':
      if (lock.kind === 'join') {
        // The place was given out twice: a clock was set back, or it is still the same instant. The next attempt gets another.
        await undo(core, lock);
        return { outcome: 'again', because: 'overtaken', generation: lock.generation };
      }
      // An older queue came back: this ticket was called before, or left. Taking it out is right; calling it would not be.
      await finish(core, lock, result.outcome === 'ticket-left' ? null : result.waitingId, servedBefore(core, lock));
      return { outcome: 'again', because: 'cleared', generation: lock.generation };
    case 'committed-before':
      await undo(core, lock);
      return done(lock, result.userId, result.waitingId, Promise.resolve(true));
  }
}

async function commitUnlocked(core: Core, lock: SoftLock, requestId: string): Promise<Step> {
  try {
    const result = await core.ledger.commit(lock, attemptIds(requestId));
    // What the count owes is under way, for everybody to see, until a pass meets the queue store again.
    if (result.outcome === 'committed' && EFFECTS[lock.kind].finish.count !== 0) core.operations.set({ ...lock, state: 'catching-up' });
    else core.operations.end(lock.operationId, result.outcome === 'committed' ? 'done' : 'not-done');
    // The count must follow; and a begin whose reply was lost may have left a lock that would refuse the next action on this visit.
    core.wantReconcile();
    if (result.outcome === 'committed') {
      announce(core, lock, result.waitingId);
      core.operations.follow(journal(core, lock, 'finished', result.waitingId));
      return done(lock, lock.userId, result.waitingId, Promise.resolve(false));
    }
    if (result.outcome === 'stale') return { outcome: 'again', because: 'overtaken', generation: result.generation };
    if (result.outcome === 'refused') return refused(lock.operationId, result.code, result.params);
    if (result.outcome === 'committed-before') return done(lock, result.userId, result.waitingId, Promise.resolve(true));
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
  const truth = learn(core, lock).catch((error: unknown): null => {
    core.logger.log('warn', 'outcome-left-to-reconciler', { operationId: lock.operationId, reason: error instanceof Error ? error.message : 'unknown' });
    core.wantReconcile();
    return null;
  });
  core.operations.follow(truth);
  return { outcome: 'uncertain', operationId: lock.operationId, userId: lock.userId, waitingId: lock.waitingId, truth };
}

async function learn(core: Core, lock: SoftLock): Promise<Done | Refused> {
  const { became, byThisOperation, waitingId, unfollowed } = await settle(core, lock);
  if (unfollowed !== null) core.wantReconcile();
  if (became === 'finished' && byThisOperation) return done(lock, lock.userId, waitingId, Promise.resolve(unfollowed === null));
  return (await doneBefore(core, lock)) ?? refused(lock.operationId, became === 'superseded' ? 'INVALID_STATUS' : 'CONTENDED');
}

/**
 * A lock's ticket may have no row because its call was taken back since: then the operation has happened all the same, and must not be
 * refused, or run once more. Throws StoreFailure.
 */
async function doneBefore(core: Core, { operationId, kind, waitingId }: SoftLock): Promise<Done | null> {
  const found = await core.ledger.findCommitted(asked(kind, waitingId), [operationId]);
  return found === null ? null : done(found, found.userId, found.waitingId, Promise.resolve(true));
}

/**
 * Another program may have called a visit's ticket twice: who is put back out of the one is still called by the other, and must not take the
 * place of a registration made since. A ticket that is being joined or called here has no other row. Rejects with StoreFailure.
 */
async function finishOf(core: Core, lock: SoftLock): Promise<QueueEffect> {
  const effect = EFFECTS[lock.kind].finish;
  return lock.waitingId === null ? effect : stillDue(core, lock, effect);
}

/** Applies the queue's half. Until it is through, the screen may say "saved, catching up"; what fails here the reconciler does. */
function finish(core: Core, lock: SoftLock, waitingId: number | null, effect: Promise<QueueEffect>): Promise<boolean> {
  core.operations.set({ ...lock, waitingId, state: 'finishing' });
  const work = effect.then((due) => applyFinish(core, lock, due)).then(
    () => {
      core.operations.end(lock.operationId, 'done');
      core.operations.follow(journal(core, lock, 'finished', waitingId));
      return true;
    },
    (error: unknown) => {
      core.operations.set({ ...lock, waitingId, state: 'catching-up' });
      core.logger.log('warn', 'finish-left-to-reconciler', { operationId: lock.operationId, reason: asStoreFailure(error).message });
      core.wantReconcile();
      return false;
    },
  );
  core.operations.follow(work);
  return work;
}

/** The ticket of somebody the ledger does not know would be called, refused and put back for ever: the next one is called instead. */
async function setAside(core: Core, lock: SoftLock): Promise<Step> {
  core.logger.log('warn', 'ticket-set-aside', { reason: 'the user has no row', operationId: lock.operationId, boothId: lock.boothId, userId: lock.userId });
  await undo(core, lock, SET_ASIDE);
  return { outcome: 'again', because: 'cleared', generation: lock.generation };
}

/**
 * After a definite refusal no fence is needed: this process alone commits on its locks, and the answer was no. Who goes back into the queue by
 * it must be owed a place: a stale ticket would take that of a registration made meanwhile, and hide it until a pass takes it out.
 */
async function undo(core: Core, lock: SoftLock, effect: QueueEffect | Promise<QueueEffect> = EFFECTS[lock.kind].undo): Promise<void> {
  try {
    await applyUndo(core, lock, await effect);
  } catch (error) {
    core.logger.log('warn', 'undo-left-to-reconciler', { operationId: lock.operationId, reason: asStoreFailure(error).message });
    core.wantReconcile();
  } finally {
    core.operations.end(lock.operationId, 'not-done');
  }
}

/** The id was used up earlier: what it committed is the answer. If that is nothing (undone, or a stale entry cleared), the next id is tried. */
async function usedUp(core: Core, request: BeginRequest): Promise<Step> {
  core.operations.end(request.operationId, 'done');
  try {
    const found = await core.ledger.findCommitted(request, [request.operationId]);
    if (found !== null) return done(found, found.userId, found.waitingId, Promise.resolve(true));
  } catch (error) {
    return failed(request.operationId, asStoreFailure(error));
  }
  return { outcome: 'again', because: 'cleared', generation: request.generation };
}

function userOf(request: BeginRequest): number | null {
  return request.kind === 'call' ? null : request.userId;
}

function visitOf(request: BeginRequest): number | null {
  return 'waitingId' in request ? request.waitingId : null;
}
