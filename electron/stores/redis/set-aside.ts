/** The entries taken out of the way. */
import type { Logger, QueueStore, SetAsideEntry } from '../../core/ports.ts';
import { parseId } from '../../core/waiting.ts';
import { batchesOf } from '../batches.ts';
import { SET_ASIDE_READ_MAX } from '../queue-limits.ts';
import { keptOf } from '../set-aside.ts';
import { activeBoothsKey, LOCK_OF, MERGED, quarantineKey, queueKey, VERSION } from './keys.ts';
import { createNovelty } from './novelty.ts';
import { list, malformed, mapOf, oneOf, text, type Reply } from './replies.ts';
import type { Step } from './step.ts';

type SetAside = Pick<QueueStore, 'readSetAside' | 'endSetAside'>;

export function createSetAside(step: Step, logger: Logger): SetAside {
  const unreadable = createNovelty();

  return {
    async readSetAside(boothIds) {
      const found: SetAsideEntry[] = [];
      const unfit: string[] = [];
      for (const batch of batchesOf(boothIds)) {
        for (const answer of await step('read-set-aside', batch.map(quarantineKey), [SET_ASIDE_READ_MAX], (reply) => answersOf(batch, reply))) {
          if (typeof answer === 'string') unfit.push(answer);
          else found.push(...answer);
        }
      }
      for (const problem of unreadable.among(unfit, true)) logger.log('warn', 'quarantine-unreadable', { problem });
      return found;
    },
    async endSetAside(boothId, member, as) {
      const keys = [quarantineKey(boothId), queueKey(boothId), activeBoothsKey(parseId(member) ?? 0), VERSION, LOCK_OF, MERGED];
      return step('end-set-aside', keys, [boothId, member, as], ([outcome]) => oneOf(outcome, ['ended', 'not there']) === 'ended');
    },
  };
}

/** For each booth its entries, or why they cannot be read. */
function answersOf(boothIds: readonly number[], [outcome, ...items]: Reply): readonly (readonly SetAsideEntry[] | string)[] {
  oneOf(outcome, ['read']);
  if (items.length !== boothIds.length) throw malformed();
  return boothIds.map((boothId, index) => {
    const [how, what] = list(items[index]);
    if (oneOf(how, ['read', 'unfit']) === 'unfit') return text(what);
    return [...mapOf(what)].map(([member, kept]) => ({ boothId, member, ...keptOf(kept) }));
  });
}
