/** What the mirror in the ledger needs of this store: the mark, the queues as they are, and the caches rebuilt after a loss. */
import { type CachedBooth, StoreFailure, type QueueSnapshot, type QueueStore } from '../../core/ports.ts';
import { parseId, type Ticket } from '../../core/waiting.ts';
import { batchesOf } from '../batches.ts';
import { BOOTH_IDS, LOCK_OF, MARK, MERGED, metaKey, openKey, quarantineKey, queueKey, VERSION } from './keys.ts';
import { entriesOf } from './reads.ts';
import { integer, list, malformed, oneOf, text, type Reply } from './replies.ts';
import type { Step } from './step.ts';

type Mirror = Pick<QueueStore, 'readMark' | 'beginRefill' | 'setMark' | 'nextEpoch' | 'readFingerprints' | 'snapshotQueue' | 'restoreBooths' | 'readCaches'>;

export function createMirror(step: Step): Mirror {
  return {
    readMark: () =>
      step('read-mark', [MARK], (run) => [run], ([outcome, epoch, sameRun, run]) => {
        oneOf(outcome, ['read']);
        return { epoch: epoch === '' ? null : integer(epoch), sameRun: integer(sameRun) === 1, run: text(run) };
      }),
    beginRefill: (name) => step('begin-refill', [MARK, MERGED], [name], ([outcome, standing]) => {
      oneOf(outcome, ['refilling']);
      return text(standing);
    }),
    setMark: (epoch, comparedOn, refill) =>
      step('set-mark', [MARK], (run) => {
        if (run !== comparedOn) throw new StoreFailure('QUEUE_STORE_UNREACHABLE', 'The queue store was replaced while its queue was being verified.', 'no');
        return [epoch, run, refill];
      }, ([outcome]) => {
        if (oneOf(outcome, ['marked', 'lost']) === 'lost') throw new StoreFailure('QUEUE_STORE_UNREACHABLE', 'The queue store was emptied while its queue was being verified.', 'no');
      }),
    nextEpoch: (least) => step('next-epoch', [MARK], (run) => [least, run], ([outcome, epoch]) => (oneOf(outcome, ['epoch', 'lost']) === 'lost' ? null : integer(epoch))),
    async readFingerprints(boothIds) {
      const texts: string[] = [];
      for (const batch of batchesOf(boothIds)) {
        const keys = [VERSION, ...batch.flatMap((boothId) => [queueKey(boothId), quarantineKey(boothId)])];
        texts.push(...(await step('read-fingerprints', keys, batch, (reply) => textsOf(reply, batch.length))));
      }
      return texts;
    },
    snapshotQueue: (boothId, epoch) =>
      step(
        'snapshot-queue',
        [MARK, queueKey(boothId), openKey(boothId), quarantineKey(boothId), LOCK_OF, VERSION, MERGED],
        (run) => [boothId, epoch, run],
        (reply) => snapshotOf(boothId, reply),
      ),
    async restoreBooths(booths) {
      for (const batch of batchesOf(booths)) {
        const keys = [BOOTH_IDS, ...batch.map(({ boothId }) => metaKey(boothId))];
        const args = batch.flatMap(({ boothId, name, capacity, status, description, universityName, listed }) => [boothId, name, capacity, status, description, universityName, listed ? '1' : '']);
        await step('restore-booths', keys, args, ([outcome]) => void oneOf(outcome, ['restored']));
      }
    },
    async readCaches(boothIds) {
      const found: CachedBooth[] = [];
      for (const batch of batchesOf(boothIds)) found.push(...(await step('read-caches', [BOOTH_IDS, ...batch.map(metaKey)], batch, (reply) => cachesOf(batch, reply))));
      return found;
    },
  };
}

function cachesOf(boothIds: readonly number[], [outcome, ...items]: Reply): readonly CachedBooth[] {
  oneOf(outcome, ['read']);
  return boothIds.map((boothId, index) => {
    const [status, listed] = list(items[index]);
    return { boothId, status: status === null ? null : text(status), listed: listed === null ? null : integer(listed) === 1 };
  });
}

function textsOf([outcome, ...texts]: Reply, count: number): readonly string[] {
  oneOf(outcome, ['read']);
  if (texts.length !== count) throw malformed();
  return texts.map(text);
}

function snapshotOf(boothId: number, [outcome, entries, elsewhere, version, merged]: Reply): QueueSnapshot | null {
  if (oneOf(outcome, ['snapshot', 'lost']) === 'lost') return null;
  const tickets = entriesOf(entries).flatMap(({ userId, score }): readonly Ticket[] => (userId === null || !Number.isFinite(score) ? [] : [{ boothId, userId, score }]));
  const users = list(elsewhere).flatMap((user) => parseId(text(user)) ?? []);
  return { tickets, elsewhere: [...new Set(users)], version: integer(version), anyMerged: integer(merged) === 1 };
}
