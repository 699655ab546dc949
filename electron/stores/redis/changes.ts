/** The changing half of the store after begin: one script each. */
import type { Logger, QueueStore } from '../../core/ports.ts';
import type { Ticket } from '../../core/waiting.ts';
import { batchesOf } from '../batches.ts';
import { DONE_REMEMBERED_SECONDS } from '../queue-limits.ts';
import { beginStep, parseBegin } from './begin.ts';
import { activeBoothsKey, currentKey, doneKey, LOCK_OF, LOCKS, MARK, MERGED, openKey, quarantineKey, queueKey, VERSION } from './keys.ts';
import { integer, list, malformed, oneOf, scoreOf, type Reply } from './replies.ts';
import type { Step } from './step.ts';

type Changes = Pick<QueueStore, 'begin' | 'resolve' | 'countAttempt' | 'correctCount' | 'refill' | 'removeStale' | 'readMerged' | 'forgetMerged'>;

function putBack([outcome, changed]: Reply): number {
  oneOf(outcome, ['refilled']);
  return integer(changed);
}

function countedOf([outcome, attempts]: Reply): number {
  oneOf(outcome, ['counted']);
  return integer(attempts);
}

function mergedOf(tickets: readonly Ticket[], [outcome, ...lists]: Reply): readonly Ticket[] {
  oneOf(outcome, ['read']);
  if (lists.length !== tickets.length) throw malformed();
  return tickets.flatMap((ticket, index) => {
    const scores = list(lists[index]).map(scoreOf);
    return scores.filter((score) => Number.isFinite(score) && score !== ticket.score).map((score) => ({ ...ticket, score }));
  });
}

export function createChanges(step: Step, lockPrefix: string, logger: Logger): Changes {
  return {
    async begin(request) {
      const { script, keys, args } = beginStep(request, lockPrefix);
      const { result, quarantined } = await step(script, keys, args, parseBegin);
      if (quarantined > 0) logger.log('warn', 'queue-entries-quarantined', { boothId: request.boothId, entries: quarantined });
      return result;
    },
    async resolve(lock, effect, as) {
      const { operationId, boothId, userId } = lock;
      const keys = [
        ...[doneKey(operationId), LOCK_OF, LOCKS, openKey(boothId), VERSION],
        ...[queueKey(boothId), currentKey(boothId), activeBoothsKey(userId), quarantineKey(boothId), MERGED],
      ];
      const args = [operationId, boothId, userId, lock.waitingId ?? '', lock.score ?? '', effect.count, effect.queue, as, DONE_REMEMBERED_SECONDS, lock.returnScore ?? '', effect.at ?? '', lock.generation, lock.owner];
      return step('close-lock', keys, args, ([outcome]) => oneOf(outcome, ['applied', 'done', 'gone', 'occupied']));
    },
    countAttempt: (operationId) => step('count-attempt', [LOCK_OF], [operationId], countedOf),
    async correctCount(seen, to) {
      const keys = [currentKey(seen.boothId), VERSION, openKey(seen.boothId)];
      return step('correct-count', keys, [seen.boothId, seen.current ?? '', seen.version, to], ([outcome]) => oneOf(outcome, ['corrected', 'changed']) === 'corrected');
    },
    async refill(tickets) {
      let put = 0;
      for (const batch of batchesOf(tickets)) {
        const keys = [LOCK_OF, VERSION, MERGED, ...batch.flatMap((ticket) => [queueKey(ticket.boothId), activeBoothsKey(ticket.userId), quarantineKey(ticket.boothId)])];
        put += await step('refill', keys, batch.flatMap((ticket) => [ticket.boothId, ticket.userId, ticket.score]), putBack);
      }
      return put;
    },
    async readMerged(boothId, tickets) {
      const found: Ticket[] = [];
      for (const batch of batchesOf(tickets)) {
        const asked = batch.flatMap(({ userId, score }) => [userId, score]);
        found.push(...(await step('read-merged', [MERGED, MARK], (run) => [boothId, run, ...asked], (reply) => mergedOf(batch, reply))));
      }
      return found;
    },
    async forgetMerged(boothId, version) {
      return step('forget-merged', [MERGED, LOCK_OF, VERSION], [boothId, version], ([outcome]) => oneOf(outcome, ['forgotten', 'changed']) === 'forgotten');
    },
    async removeStale(ticket, version, other) {
      const { boothId, userId, score } = ticket;
      const keys = [queueKey(boothId), openKey(boothId), VERSION, activeBoothsKey(userId), LOCK_OF, MERGED];
      return step('remove-stale', keys, [boothId, userId, score, version, other ?? ''], ([outcome]) => oneOf(outcome, ['removed', 'changed']) === 'removed');
    },
  };
}
