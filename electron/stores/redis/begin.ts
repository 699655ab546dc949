/**
 * begin over the wire: the request as keys and arguments of its script, and the script's answer as the domain's value.
 */
import { MAX_QUEUES_PER_USER } from '../../../shared/limits.ts';
import { StoreFailure, type BeginRequest, type BeginResult } from '../../core/ports.ts';
import { NO_TIME_SCORE, PASSED_OVER_PER_CALL, QUARANTINE_PER_CALL } from '../queue-limits.ts';
import { activeBoothsKey, doneKey, lockKey, LOCK_OF, LOCKS, openKey, quarantineKey, queueKey, VERSION } from './keys.ts';
import { integer, isGeneration, malformed, mapOf, parseLock, text, type Reply } from './replies.ts';
import type { ScriptName } from './scripts.ts';

interface Step {
  readonly script: ScriptName;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** The one EVALSHA that begins this operation. */
export function beginStep(request: BeginRequest, lockPrefix: string): Step {
  const { operationId, kind, boothId, owner, generation } = request;
  // It comes from the ledger. Written into a lock that nobody can end, it would keep the visitor there for ever.
  if (!isGeneration(kind, generation)) throw new StoreFailure('LEDGER_UNFIT', `The ledger cannot serve: the generation ${generation} of booth ${boothId} or its visit is out of range.`, 'no');
  const waitingId = 'waitingId' in request ? request.waitingId : null;
  const lock = lockKey(lockPrefix, { kind, boothId, operationId, waitingId });
  const keys = [doneKey(operationId), LOCK_OF, LOCKS, openKey(boothId), VERSION, lock, queueKey(boothId)];
  const args = [operationId, kind, boothId, owner, generation];
  switch (request.kind) {
    case 'call':
      return { script: 'begin-call', keys: [...keys, quarantineKey(boothId)], args: [...args, '', '', '', QUARANTINE_PER_CALL, PASSED_OVER_PER_CALL] };
    case 'join':
      return { script: 'begin-join', keys: [...keys, activeBoothsKey(request.userId)], args: [...args, request.userId, '', '', MAX_QUEUES_PER_USER, NO_TIME_SCORE] };
    case 'enter':
    case 'complete':
    case 'no-show':
      return { script: 'begin-visit', keys, args: [...args, request.userId, request.waitingId, request.score ?? ''] };
  }
}

type Refusal = Extract<BeginResult, { outcome: 'refused' }>['code'];
const REFUSALS: Readonly<Record<Refusal, true>> = {
  QUEUE_EMPTY: true,
  VISIT_BUSY: true,
  MAX_WAITING_EXCEEDED: true,
  OPERATION_MISMATCH: true,
  QUEUE_ENTRY_INVALID: true,
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
