/**
 * begin over the wire: the request as keys and arguments of its script, and the script's answer as the domain's value.
 */
import { MAX_QUEUES_PER_USER, PASSED_BY } from '../../../shared/limits.ts';
import { StoreFailure, type BeginRequest, type BeginResult } from '../../core/ports.ts';
import { GAPS_LOOKED_AT, NO_TIME_SCORE, PASSED_OVER_PER_CALL, QUARANTINE_PER_CALL } from '../queue-limits.ts';
import { activeBoothsKey, doneKey, lockKey, LOCK_OF, LOCKS, MARK, openKey, quarantineKey, queueKey, VERSION } from './keys.ts';
import { integer, isGeneration, malformed, mapOf, parseLock, text, type Reply } from './replies.ts';
import type { ScriptName } from './scripts.ts';
import type { Args } from './step.ts';

interface BeginStep {
  readonly script: ScriptName;
  readonly keys: readonly string[];
  readonly args: Args | ((run: string) => Args);
}

/** The one EVALSHA that begins this operation. */
export function beginStep(request: BeginRequest, lockPrefix: string): BeginStep {
  const { operationId, kind, boothId, owner, generation, note } = request;
  // They come from the ledger. Written into a lock that nobody can end, they would keep the visitor there for ever.
  if (!isGeneration(kind, generation)) throw unfit(`the generation ${generation} of booth ${boothId} or its visit is out of range`);
  if ('returnScore' in request && !Number.isFinite(request.returnScore)) throw unfit(`the time of registration of visit ${request.waitingId} is no number`);
  const waitingId = 'waitingId' in request ? request.waitingId : null;
  const score = 'score' in request ? (request.score ?? null) : null;
  const lock = lockKey(lockPrefix, { kind, boothId, operationId, waitingId });
  const keys = [doneKey(operationId), LOCK_OF, LOCKS, openKey(boothId), VERSION, lock, queueKey(boothId)];
  const args = [operationId, kind, boothId, owner, generation, request.userId ?? '', waitingId ?? '', score ?? '', note.staff ?? '', note.reason ?? '', note.overCapacity ? '1' : ''];
  /** Whatever needs the queue needs one that was compared with the ledger. */
  const verified = (script: ScriptName, moreKeys: readonly string[], more: Args, leastEpoch = 0): BeginStep => ({
    script,
    keys: [...keys, MARK, ...moreKeys],
    args: (run) => [...args, leastEpoch, run, ...more],
  });
  switch (request.kind) {
    case 'call':
      return verified('begin-call', [quarantineKey(boothId)], [QUARANTINE_PER_CALL, PASSED_OVER_PER_CALL], request.leastEpoch);
    case 'join':
      return verified('begin-join', [activeBoothsKey(request.userId)], [MAX_QUEUES_PER_USER, NO_TIME_SCORE]);
    case 'leave':
    case 'dismiss':
      return verified('begin-leave', [], []);
    default:
      // Whatever puts a visitor back says where to.
      if ('returnScore' in request) return verified('begin-restore', [], [request.returnScore, request.place, PASSED_BY, GAPS_LOOKED_AT, NO_TIME_SCORE]);
      return { script: 'begin-visit', keys, args };
  }
}

function unfit(what: string): StoreFailure {
  return new StoreFailure('LEDGER_UNFIT', `The ledger cannot serve: ${what}.`, 'no');
}

type Refusal = Extract<BeginResult, { outcome: 'refused' }>['code'];
const REFUSALS: Readonly<Record<Refusal, true>> = {
  QUEUE_EMPTY: true,
  NOT_IN_QUEUE: true,
  VISIT_BUSY: true,
  MAX_WAITING_EXCEEDED: true,
  OPERATION_MISMATCH: true,
  QUEUE_ENTRY_INVALID: true,
  QUEUE_UNVERIFIED: true,
};
function isRefusal(code: string): code is Refusal {
  return Object.hasOwn(REFUSALS, code);
}

/** The answer, and how many entries the call moved into quarantine. */
export function parseBegin(reply: Reply): { readonly result: BeginResult; readonly quarantined: number } {
  const [outcome, ...rest] = reply;
  const result = parseOutcome(outcome, rest);
  const moved = outcome === 'begun' ? rest[3] : rest[1];
  return { result, quarantined: outcome === 'begun' || outcome === 'refused' ? integer(moved ?? 0) : 0 };
}

function parseOutcome(outcome: string, rest: readonly unknown[]): BeginResult {
  switch (outcome) {
    case 'begun': {
      const lock = parseLock(mapOf(rest[0]));
      if (typeof lock === 'string') throw new StoreFailure('QUEUE_STORE_UNFIT', `The soft lock of this very action cannot be read: ${lock}.`, 'unknown');
      return { outcome, lock, position: integer(rest[1]), waitingTotal: integer(rest[2]) };
    }
    case 'done':
      return { outcome, as: text(rest[0]) === 'undone' ? 'undone' : 'finished' };
    case 'already-queued':
      return { outcome, position: integer(rest[0]), waitingTotal: integer(rest[1]) };
    case 'refused': {
      const code = text(rest[0]);
      if (isRefusal(code)) return { outcome, code };
    }
  }
  throw malformed();
}
