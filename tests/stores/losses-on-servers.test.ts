/** Attacks that need real servers: a broken booth's foreign lock, accounts of different rights, a mark set on another run. */
import { afterEach, describe, expect, it } from 'vitest';
import { callNext } from '../../electron/core/call-next.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { openFestival, type ModelKiosk } from '../support/model-festival.ts';
import { plainRedis, recordingLogger } from '../support/redis-queue.ts';
import { startRedis } from '../support/redis-server.ts';
import { userOf, codeOf } from '../support/model-stage.ts';
import { eventually } from '../support/ports.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each();
});

async function hybrid(url: string, name: string, festival: Awaited<ReturnType<typeof openFestival>>): Promise<ModelKiosk> {
  const queue = createRedisQueueStore({ url, lockPrefix: 'temp:', logger: recordingLogger().logger });
  cleanups.push(() => queue.close());
  const kiosk: ModelKiosk = { ...festival.kiosk(name), queue };
  return kiosk;
}

describe('a lock of the backend at a booth whose queue is no queue', () => {
  it('does not keep the rest of the pass from being done', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.close());
    const raw = plainRedis(redis.url);
    cleanups.push(() => raw.disconnect());
    const festival = await openFestival();
    cleanups.push(() => festival.close());
    const kiosk = await hybrid(redis.url, 'one', festival);
    await raw.set('queue:booth:77', 'no queue');
    await raw.hset('temp:calling:77:5', { boothId: '77', userId: '5', timestamp: '1700000000', createdAt: '1' });
    await raw.hset('temp:calling:78:6', { boothId: '78', userId: '6', timestamp: '1700000000', createdAt: '1' });
    expect((await reconcile(kiosk, { trigger: 'by-hand' })).problem).toBeNull();
    for (const key of ['temp:calling:77:5', 'temp:calling:78:6']) {
      const [first = '', print = ''] = ((await raw.hget('kiosk:foreign', key)) ?? '').split(' ');
      await raw.hset('kiosk:foreign', key, `${Number(first) - 120_000} ${print}`);
    }
    const { problem } = await reconcile(kiosk, { trigger: 'by-hand' });
    expect(problem).toBeNull();
  });
});

describe('the leading kiosk’s account may not ask for the run of the server, another’s may', () => {
  it('after a restart everybody calls again', async () => {
    const redis = await startRedis({ persistent: true });
    cleanups.push(() => redis.close());
    const raw = plainRedis(redis.url);
    cleanups.push(() => raw.disconnect());
    const festival = await openFestival(3, 5);
    cleanups.push(() => festival.close());
    await raw.call('ACL', 'SETUSER', 'blind', 'on', '>secret', '~*', '&*', '+@all', '-info');
    const blind = await hybrid(redis.url.replace('redis://', 'redis://blind:secret@'), 'blind', festival);
    let seeing = await hybrid(redis.url, 'seeing', festival);
    const kim = festival.appUser();
    await raw.zadd('queue:booth:1', 1_700_000_000, String(kim));
    await blind.queue.beat(blind.owner);
    await reconcile(blind, { trigger: 'interval' });
    await reconcile(seeing, { trigger: 'by-hand' });
    await redis.restart();
    await raw.call('ACL', 'SETUSER', 'blind', 'on', '>secret', '~*', '&*', '+@all', '-info');
    let code: string | null = 'none';
    for (let each = 0; each < 10; each++) {
      await eventually('both are back', async () => blind.queue.beat(blind.owner).then(() => seeing.queue.beat(seeing.owner)).then(() => true, () => false), 20_000);
      await reconcile(blind, { trigger: 'interval' });
      await reconcile(seeing, { trigger: 'interval' });
      const verifyQueue = async () => (await reconcile(seeing, { trigger: 'reconnect', refills: true })).problem === null;
      seeing = { ...seeing, verifyQueue };
      const outcome = await callNext(seeing, { boothId: 1, generation: await festival.generation(), epoch: 0 }, seeing.ids.operationId());
      await seeing.operations.drain();
      code = codeOf(outcome);
      if (userOf(outcome) === kim) break;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    expect(code).toBeNull();
  }, 90_000);
});

describe('the mark', () => {
  it('is not set on a run of the server that was not compared', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.close());
    const queue = createRedisQueueStore({ url: redis.url, lockPrefix: 'temp:', logger: recordingLogger().logger });
    cleanups.push(() => queue.close());
    const { run } = await queue.readMark();
    // A refill of this run goes on here; meanwhile:
    await redis.restart();
    await eventually('the board reads again', async () => queue.readMark().then(() => true, () => false), 20_000);
    await expect(queue.setMark(5, run, 'a')).rejects.toThrow();
  });
});
