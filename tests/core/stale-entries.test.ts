/**
 * Goal: a stale entry that stands in the place of a newer registration is replaced by it in one step, whoever dies at it.
 * Method: the core on the model stores; the last message of a process is the one that takes the entry out.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { modelStage } from '../support/model-stage.ts';
import { stageActs } from '../support/stage-acts.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(5, 20));
const { pass, copy, hiddenByServed } = stageActs(stage);
const T1 = 1_700_000_000;
const T2 = 1_700_000_500;

describe('whoever takes out a stale entry dies at that, and the newer registration of its visitor waits on', () => {
  /** Kim was called by T1 and waits by T2, which is in the copy; then T1 stands in the queue again. */
  const kimTwice = (): Promise<number> => hiddenByServed(T1, T2);
  const stillWaits = async (kim: number): Promise<void> => {
    for (let each = 0; each < 2; each++) {
      stage.festival.advance(60_000);
      await pass();
      expect([await stage.festival.scores(), await copy()]).toEqual([[T2], [`${kim}@${T2}`]]);
    }
  };

  it('a pass', async () => {
    const kim = await kimTwice();
    const dying = stage.festival.kiosk('dying');
    dying.queueFaults.fail('removeStale', 'death');
    await pass(dying);
    await stillWaits(kim);
  });

  it.each(['commit', 'resolve'] as const)('a call, after its %s', async (method) => {
    const kim = await kimTwice();
    const dying = stage.festival.kiosk('dying');
    if (method === 'commit') dying.ledgerFaults.fail(method, 'death');
    else dying.queueFaults.fail(method, 'death');
    await stage.call(dying);
    await stillWaits(kim);
  });

  it('a pass that settles the lock of such a call', async () => {
    const kim = await kimTwice();
    const [dead, dying] = [stage.festival.kiosk('dead'), stage.festival.kiosk('dying')];
    dead.ledgerFaults.fail('commit', 'death');
    await stage.call(dead);
    stage.festival.advance(60_000);
    dying.queueFaults.fail('resolve', 'death');
    await pass(dying);
    await stillWaits(kim);
  });
});
