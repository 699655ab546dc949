/**
 * Goal: a stale entry that stands in the place of a newer registration is replaced by it in one step, whoever dies at it, and is not put over
 * one made while a kiosk had it in its hands.
 * Method: the core on the model stores; the last message of a process is the one that takes the entry out.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import { UNSIGNED } from '../../electron/core/note.ts';
import { runOperation } from '../../electron/core/operation.ts';
import { StoreFailure } from '../../electron/core/ports.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { codeOf, modelStage } from '../support/model-stage.ts';
import { stageActs } from '../support/stage-acts.ts';

const stage = modelStage();
beforeEach(() => stage.reopen(5, 20));
const { pass, act, visitOf, copy, hiddenByServed } = stageActs(stage);
const T1 = 1_700_000_000;
const T2 = 1_700_000_500;
/** Where a registration is that no pass has copied yet. */
const T3 = 1_700_000_900;

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

describe('a backend calls somebody a second time out of an older queue, and that call is taken back here', () => {
  /** Kim is called by T1 twice, once here and once there, and has registered anew; no pass has seen that yet. */
  const calledTwice = async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    await visitOf(await stage.call());
    const second = await stage.festival.ledger.readVisit(await stage.festival.callAtBackend(kim, T1));
    if (second === null) throw new Error('no second visit');
    await stage.festival.register(kim, T3);
    return second;
  };

  it.each(['put-back', 'undo-call'] as const)('%s: the registration made since waits on', async (kind) => {
    await act(kind, await calledTwice());
    expect(await stage.festival.scores()).toEqual([T3]);
    await pass();
    expect(await stage.festival.scores()).toEqual([T3]);
    expect((await stage.festival.live()).map(({ status }) => status)).toEqual(['CALLED']);
  });

  it('also where the history does not answer before the queue is to follow', async () => {
    const second = await calledTwice();
    stage.kiosk.ledgerFaults.fail('staleTickets', 'refused');
    await act('put-back', second);
    expect(await stage.festival.locks()).toHaveLength(1);
    await pass();
    expect([await stage.festival.scores(), await stage.festival.locks()]).toEqual([[T3], []]);
  });
});

describe('a kiosk whose action on a stale entry is not to be, while its visitor registers anew', () => {
  it.each(['leave', 'dismiss'] as const)('refused a %s of it, a kiosk does not put it over a registration made meanwhile', async (kind) => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    await act('enter', await visitOf(await stage.call()));
    await stage.festival.register(kim, T1);
    const commit: ModelKiosk['ledger']['commit'] = async (lock, attempts) => {
      expect(lock.kind).toBe(kind);
      await stage.festival.register(kim, T2);
      return stage.festival.ledger.commit(lock, attempts);
    };
    const kiosk: ModelKiosk = { ...stage.kiosk, ledger: { ...stage.festival.ledger, commit } };
    const request = { kind, boothId: stage.festival.boothId, userId: kim, generation: await stage.festival.generation(), note: UNSIGNED };
    expect(codeOf(await runOperation(kiosk, request, kiosk.ids.operationId()))).toBe('INVALID_STATUS');
    expect([await stage.festival.scores(), await stage.festival.locks()]).toEqual([[T2], []]);
    await pass();
    expect([await stage.festival.scores(), await copy()]).toEqual([[T2], [`${kim}@${T2}`]]);
  });

  it('called while the ledger is away, it waits for a word of the ledger before it goes over a registration made meanwhile', async () => {
    const kim = stage.festival.appUser();
    await stage.festival.register(kim, T1);
    await pass();
    for (const kind of ['enter', 'complete'] as const) await act(kind, await stage.onlyVisit().catch(async () => visitOf(await stage.call())));
    await stage.festival.register(kim, T1);
    const commit: ModelKiosk['ledger']['commit'] = async () => {
      await stage.festival.register(kim, T2);
      throw new StoreFailure('LEDGER_UNREACHABLE', 'refused', 'no');
    };
    expect(codeOf(await stage.call({ ...stage.kiosk, ledger: { ...stage.festival.ledger, commit } }))).toBe('LEDGER_UNREACHABLE');
    expect(await stage.festival.scores()).toEqual([T2]);
    expect(stage.kiosk.wanted()).toBeGreaterThan(0);
    await pass();
    expect([await stage.festival.scores(), await stage.festival.locks(), await copy()]).toEqual([[T2], [], [`${kim}@${T2}`]]);
  });
});
