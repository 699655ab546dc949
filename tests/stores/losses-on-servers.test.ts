/** Attacks that need real servers: an idle transaction, a broken booth's foreign lock, accounts of different rights, a mark set on another run. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { callNext } from '../../electron/core/call-next.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { lockOf } from '../contracts/ledger-stage.ts';
import { openFestival, type ModelKiosk } from '../support/model-festival.ts';
import { openMysqlWorld } from '../support/mysql-world.ts';
import { plainRedis, recordingLogger } from '../support/redis-queue.ts';
import { startRedis } from '../support/redis-server.ts';
import { startSqlServer } from '../support/sql-server.ts';
import { userOf, codeOf } from '../support/model-stage.ts';
import { eventually } from '../support/ports.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each();
});

/** As a machine that lost its network: nothing passes any more, and no end of a connection is ever told. */
async function vanishingProxy(target: number, vanish: (chunk: string) => boolean) {
  const sockets: Socket[] = [];
  const listener: Server = createServer((client) => {
    let gone = false;
    const server = connect({ port: target, host: '127.0.0.1' });
    sockets.push(client, server);
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.on('data', (chunk) => {
      if (!gone) server.write(chunk);
      if (vanish(chunk.toString('latin1'))) gone = true;
    });
    server.on('data', (chunk) => gone || client.write(chunk));
    client.on('close', () => gone || server.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return (listener.address() as { port: number }).port;
}

describe('a kiosk that loses its network in the middle of a transaction', () => {
  it('does not keep everybody else from calling at the booth for hours', async () => {
    const server = await startSqlServer();
    cleanups.push(() => server.dispose());
    const world = await openMysqlWorld(server);
    cleanups.push(() => world.cleanup());
    const [booth, ann, ben] = [await world.addBooth({ capacity: 5 }), await world.addUser('Ann'), await world.addUser('Ben')];
    await world.ledger().prepare();
    const called = await world.ledger().commit(lockOf('call', booth, ann));
    const waitingId = called.outcome === 'committed' ? (called.waitingId ?? 0) : 0;
    const visit = { waitingId, score: null };
    expect((await world.ledger().commit(lockOf('no-show', booth, ann, { ...visit, generation: 0 }))).outcome).toBe('committed');
    const port = await vanishingProxy(server.port, (chunk) => chunk.includes('FOR UPDATE'));
    const vanished = world.another({ url: world.url.replace(`:${server.port}`, `:${port}`) });
    await vanished.prepare();
    await vanished.commit(lockOf('undo-no-show', booth, ann, { ...visit, generation: 1 })).catch(() => undefined);
    const startMs = performance.now();
    let outcome = '';
    let other = '';
    while (outcome !== 'committed' && performance.now() - startMs < 40_000) {
      outcome = await world.another().commit(lockOf('call', booth, ben)).then((result) => result.outcome, (error: Error) => error.message);
      other = outcome;
    }
    console.info('after', Math.round((performance.now() - startMs) / 1000), 's:', other, JSON.stringify(await server.sql(null, "SHOW GLOBAL VARIABLES LIKE 'wait_timeout'")));
    expect(outcome).toBe('committed');
  }, 120_000);
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
  }, 60_000);
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
      const lead = await reconcile(blind, { trigger: 'interval' });
      const follow = await reconcile(seeing, { trigger: 'interval' });
      console.info(lead.lead, lead.problem?.code, follow.lead, follow.problem?.code);
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
    await expect(queue.setMark(5, run)).rejects.toThrow();
  }, 60_000);
});
