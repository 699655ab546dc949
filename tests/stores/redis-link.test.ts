/**
 * Goal: what is not the server's or the network's fault is never blamed on them; passwords stay out of sentences; no step is unbounded.
 * Method: a real Redis; work that fails by itself; servers that repeat what they were sent.
 */
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAddress, type Address } from '../../electron/stores/redis/connection-options.ts';
import { openLink, type Link } from '../../electron/stores/redis/link.ts';
import { createRedisQueueStore } from '../../electron/stores/redis/redis-queue-store.ts';
import { BOOTH } from '../contracts/queue-store-fixture.ts';
import { startProxy } from '../support/fault-proxy.ts';
import { eventually } from '../support/ports.ts';
import { LOCK_PREFIX, plainRedis, readyStore, recordingLogger, redisForFile } from '../support/redis-queue.ts';
import { startRedis } from '../support/redis-server.ts';

const { server, raw } = await redisForFile();

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.then((value) => value, (error: unknown) => error);

function addressOf(url: string): Address {
  const address = parseAddress(url);
  if (address === null) throw new Error('an address was expected');
  return address;
}

function link(prepare: () => Promise<void>): Link {
  const address = addressOf(server.url);
  const opened = openLink({ locate: () => Promise.resolve(address), timeouts: { commandTimeoutMs: 2_000, connectTimeoutMs: 2_000 }, prepare, onState: () => undefined });
  onTestFinished(() => opened.close());
  return opened;
}

test('an address that leads to another server by now is looked at anew once the old one is a replica', async () => {
  const [old, next] = [await startRedis(), await startRedis()];
  const proxies = [await startProxy(old.port), await startProxy(next.port)] as const;
  const places = proxies.map(({ port }) => addressOf(`redis://127.0.0.1:${port}`));
  let found = 0;
  const opened = openLink({ locate: async () => places[found] ?? addressOf(server.url), timeouts: { commandTimeoutMs: 2_000, connectTimeoutMs: 2_000 }, prepare: async () => undefined, onState: () => undefined });
  const oldRaw = plainRedis(old.url);
  onTestFinished(async () => {
    oldRaw.disconnect();
    await Promise.all([opened.close(), ...proxies.map((proxy) => proxy.close()), old.close(), next.close()]);
  });
  await opened.use((redis) => redis.set('k', 'v'));
  await oldRaw.config('SET', 'replica-serve-stale-data', 'yes');
  await oldRaw.replicaof('127.0.0.1', '1');
  found = 1;
  expect(await failureOf(opened.use((redis) => redis.set('k', 'v')))).toMatchObject({ executed: 'no' });
  await eventually('the new one is written to', () => opened.use((redis) => redis.set('k', 'v')).then((answer) => answer === 'OK', () => false));
});

describe('a defect of ours', () => {
  test.each([['a TypeError', new TypeError('defect')], ['a RangeError of the platform', Object.assign(new RangeError('defect'), { code: 'ERR_OUT_OF_RANGE' })], ['a plain error', new Error('defect')]])(
    '%s comes out as it is, and the connection serves on', async (_what, defect) => {
      const opened = link(async () => undefined);
      const before = await opened.use((redis) => redis.client('ID'));
      expect(await failureOf(opened.use(() => Promise.reject(defect)))).toBe(defect);
      expect(await opened.use((redis) => redis.client('ID'))).toBe(before);
    },
  );

  test('on preparing a connection it is what every step meets', async () => {
    const defect = new TypeError('defect');
    expect(await failureOf(link(() => Promise.reject(defect)).use((redis) => redis.ping()))).toBe(defect);
  });
});

/** Answers every command with an error that repeats all that was sent, in the words of a server that does not know the command. */
async function repeatingServer(words: (sent: string) => string): Promise<number> {
  const repeater = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (sent) => socket.write(`-${words(sent.toString().replaceAll(/[\r\n]/g, ' '))}\r\n`.repeat(8)));
  });
  await new Promise<void>((resolve) => repeater.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void repeater.close());
  return (repeater.address() as AddressInfo).port;
}

describe.each(['p@ss:w/rd%', 'a b"c\'d`e', '100%&?#=+', '비밀 번호', 'x\ny'])('the password %j', (password) => {
  const written = encodeURIComponent(password);
  const forms = [password, written, encodeURI(password), password.replaceAll('\n', ' '), JSON.stringify(password).slice(1, -1)];

  test.each([
    ['repeats it', (sent: string) => `ERR cannot do ${sent}`],
    ['repeats it as it stands in the address', (sent: string) => `ERR cannot do ${sent} with ${written} or ${encodeURIComponent(password)}`],
    ['cuts it', (sent: string) => `ERR unknown command 'AUTH', with args beginning with: ${sent.slice(0, -3)}`],
  ])('is in no error and no log when a server %s', async (_what, words) => {
    const port = await repeatingServer(words);
    const { logger, events } = recordingLogger();
    const store = createRedisQueueStore({ url: `redis://user:${written}@127.0.0.1:${port}`, lockPrefix: LOCK_PREFIX, logger });
    onTestFinished(() => store.close());
    const failure = await failureOf(store.readQueue(BOOTH, 1));
    expect(failure).toMatchObject({ name: 'StoreFailure', executed: 'no', message: expect.stringMatching(/cannot do|unknown command/) });
    const told = [String(failure), (failure as Error).stack ?? '', JSON.stringify(failure), JSON.stringify(events)].join('\n');
    for (const form of forms) expect(told).not.toContain(form);
    // Not the beginning of it, either.
    if (_what === 'cuts it') expect(told).not.toContain(password.slice(0, 3));
  });
});

test('a database that cannot be selected is refused: the client would serve from another one', async () => {
  const small = await startRedis({ args: ['--databases', '2'] });
  onTestFinished(() => small.close());
  const store = createRedisQueueStore({ url: `${small.url}/5`, lockPrefix: LOCK_PREFIX, logger: recordingLogger().logger });
  onTestFinished(() => store.close());
  expect(await failureOf(store.readQueue(BOOTH, 1))).toMatchObject({ code: 'QUEUE_STORE_UNFIT', executed: 'no', message: expect.stringContaining('DB index') });
});

test('active booths are compared in bounded steps', async () => {
  const store = await readyStore(raw, { url: server.url });
  onTestFinished(() => store.close());
  const monitor = await raw.monitor();
  onTestFinished(() => monitor.disconnect());
  const keys: number[] = [];
  let ended = false;
  monitor.on('monitor', (_time: string, args: string[], source: string) => {
    if (source !== 'lua' && args[0]?.toLowerCase() === 'evalsha') keys.push(Number(args[2]));
    ended ||= args[0]?.toLowerCase() === 'echo';
  });
  await store.usersMissingActiveBooth(BOOTH, Array.from({ length: 2_500 }, (_, i) => i + 1));
  await raw.echo('end');
  await eventually('the monitor has seen all', () => ended);
  expect(keys).toEqual([1_002, 1_002, 502]);
});

test('trying its permissions on connecting leaves a server as it was, keys that should not be there included', async () => {
  const planted = async () => ({
    queue: await raw.zrange('queue:booth:0', 0, '-1', 'WITHSCORES'),
    active: await raw.smembers('user:0:active_booths'),
    current: await raw.get('booth:0:current'),
    keys: (await raw.keys('*')).toSorted(),
  });
  await raw.flushall();
  await raw.zadd('queue:booth:0', 5, '');
  await raw.sadd('user:0:active_booths', '');
  await raw.set('booth:0:current', '3');
  const before = await planted();
  const store = await readyStore(raw, { url: server.url });
  expect(await planted()).toEqual(before);
  await store.close();
});
