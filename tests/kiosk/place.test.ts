/**
 * Goal: whatever is wrong with the place a kiosk is put into is a state of its screen with a sentence that names what and where; nothing
 * is lost by it, and the kiosk works as soon as it is put right. What a store alone shows is tested beside that store; two kiosks on
 * one machine in embedded.test.ts and e2e/shell.test.ts.
 * Method: a kiosk without a window on real servers, on servers of the wrong kind, and on a disk of the test's own that is full.
 */
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoreView } from '../../shared/snapshot.ts';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';
import { eventually, freePort } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import { startRedis } from '../support/redis-server.ts';
import { babblingServer, closingServer, mysqlOfVersion, redisOfVersion, silentServer, type Stranger, webServer } from '../support/strangers.ts';

const SECRET = 'geheim';
type Role = StoreView['role'];

let festival: RealFestival;
const open: LiveKiosk[] = [];
const strangers: Stranger[] = [];
beforeAll(async () => {
  festival = await startFestival({ visitors: 3 });
});
afterAll(() => festival.close());
afterEach(async () => {
  for (const kiosk of open.splice(0)) await kiosk.close();
  for (const stranger of strangers.splice(0)) await stranger.close();
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<LiveKiosk> {
  const kiosk = await startLiveKiosk({ KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl, ...environment });
  open.push(kiosk);
  return kiosk;
}
const working = (kiosk: LiveKiosk) => kiosk.until(({ booth, stores }) => booth?.waitingTotal === 3 && stores.every((store) => store.state === 'up'), 'the queue');
const call = (kiosk: LiveKiosk) => kiosk.handlers['booth:call-next']({ boothId: 1 });

/** A kiosk whose store of this role is at `url`: what its screen says of that store. The other store must be up, and taps be refused. */
async function shownOf(role: Role, url: string): Promise<StoreView> {
  const kiosk = await start({ [role === 'queue' ? 'KIOSK_REDIS_URL' : 'KIOSK_MYSQL_URL']: url });
  const isOther = (store: StoreView): boolean => store.role !== role;
  const { stores } = await kiosk.until((snapshot) => snapshot.stores.every((store) => (isOther(store) ? store.state === 'up' : store.problem !== null)), `what is wrong with the ${role}`);
  const store = stores.find((one) => !isOther(one));
  if (store === undefined) throw new Error('no such store');
  const order = await festival.queue();
  expect(await call(kiosk)).toMatchObject({ ok: false, error: { code: store.problem?.code } });
  expect(await festival.queue()).toEqual(order);
  expect(JSON.stringify([kiosk.seen(), kiosk.log])).not.toContain(SECRET);
  return store;
}
const at = (role: Role, port: number): string => (role === 'queue' ? `redis://:${SECRET}@127.0.0.1:${port}` : `mysql://kiosk:${SECRET}@127.0.0.1:${port}/festival`);

describe('what answers is not the server', () => {
  const wrongKind = 'is not a Redis server';
  const mute = 'does not answer as a MySQL or MariaDB server';
  const cases: readonly (readonly [string, () => Promise<Stranger>, Role, StoreView['state'], string])[] = [
    ['a web server', webServer, 'queue', 'unfit', wrongKind],
    ['a web server', webServer, 'ledger', 'down', mute],
    ['a server that says nothing', silentServer, 'queue', 'down', 'accepts the connection but does not answer'],
    ['a server that says nothing', silentServer, 'ledger', 'down', mute],
    ['a server that closes at once', closingServer, 'queue', 'down', 'the connection was closed'],
    ['a server that closes at once', closingServer, 'ledger', 'down', 'the connection was closed'],
    ['a server that babbles', babblingServer, 'queue', 'unfit', wrongKind],
    ['a server that babbles', babblingServer, 'ledger', 'down', mute],
    ['Redis 6.2', () => redisOfVersion('6.2.14'), 'queue', 'unfit', 'Redis 6.2.14 at'],
    ['Redis 6.2', () => redisOfVersion('6.2.14'), 'queue', 'unfit', 'is too old: version 7 or newer'],
    ['MySQL 5.7', () => mysqlOfVersion('5.7.44'), 'ledger', 'unfit', 'MySQL 5.7.44 is too old; MySQL 8 or MariaDB 10.6'],
    ['MariaDB 10.5', () => mysqlOfVersion('5.5.5-10.5.23-MariaDB'), 'ledger', 'unfit', 'MariaDB 10.5.23 is too old'],
  ];
  it.each(cases)('%s', async (_what, stranger, role, state, sentence) => {
    const server = await stranger();
    strangers.push(server);
    const store = await shownOf(role, at(role, server.port));
    expect(store).toMatchObject({ state, problem: { message: expect.stringContaining(sentence) } });
    if (!sentence.includes('too old')) expect(store.problem?.message).toContain(`127.0.0.1:${server.port}`);
  });

  it('Redis at the address of MySQL, and MySQL at that of Redis', async () => {
    expect(await shownOf('ledger', at('ledger', festival.redis.port))).toMatchObject({ state: 'down', problem: { message: expect.stringContaining(mute) } });
    expect(await shownOf('queue', at('queue', festival.mariadb.port))).toMatchObject({ state: 'unfit', problem: { message: expect.stringContaining(wrongKind) } });
  });

  it.each([
    ['a read-only replica', ['--replicaof', '127.0.0.1', '1'], /read-only replica/],
    ['a cluster', ['--cluster-enabled', 'yes'], /cluster mode/],
  ])('Redis as %s', async (_what, args, sentence) => {
    const server = await startRedis({ args });
    strangers.push(server);
    expect(await shownOf('queue', server.url)).toMatchObject({ state: 'unfit', problem: { message: expect.stringMatching(sentence) } });
  });
});

describe('the server is right, the way to it is not', () => {
  const changed = (change: (url: URL) => void): string => {
    const url = new URL(festival.mysqlUrl);
    change(url);
    return url.href;
  };
  it('nobody listens there; nobody has that name', async () => {
    const port = await freePort();
    for (const role of ['queue', 'ledger'] as const) {
      expect(await shownOf(role, at(role, port))).toMatchObject({ state: 'down', problem: { message: expect.stringMatching(`127.0.0.1:${port}.*refused`) } });
      const named = at(role, port).replace('127.0.0.1', 'no-such-host.invalid');
      expect(await shownOf(role, named)).toMatchObject({ state: 'down', problem: { message: expect.stringMatching(/no-such-host\.invalid.*(no host of that name|cannot be looked up)/) } });
    }
  });

  it('the wrong password, a database that does not exist, no permission, no table', async () => {
    await festival.client.acl('SETUSER', 'modest', 'on', `>${SECRET}`, '~kiosk:*', '&*', '+@all');
    const redis = (user: string): string => festival.redis.url.replace('redis://', `redis://${user}:${SECRET}@`);
    expect(await shownOf('queue', redis('nobody'))).toMatchObject({ state: 'unfit', problem: { message: expect.stringContaining('WRONGPASS') } });
    expect(await shownOf('queue', redis('modest'))).toMatchObject({ state: 'unfit', problem: { message: expect.stringContaining('NOPERM') } });
    const unfit = { state: 'unfit', problem: { code: 'LEDGER_UNFIT' } };
    const says = (sentence: string) => ({ ...unfit, problem: { message: expect.stringContaining(sentence) } });
    expect(await shownOf('ledger', changed((url) => (url.password = SECRET)))).toMatchObject(says('user name or password were refused'));
    await festival.mariadb.sql(null, `DROP USER IF EXISTS bare@'%'; CREATE USER bare@'%' IDENTIFIED BY '${SECRET}'; CREATE DATABASE IF NOT EXISTS nothing_here; GRANT SELECT ON nothing_here.* TO bare@'%'`);
    const bare = (database: string): string => changed((url) => Object.assign(url, { username: 'bare', password: SECRET, pathname: `/${database}` }));
    expect(await shownOf('ledger', bare(new URL(festival.mysqlUrl).pathname.slice(1)))).toMatchObject(says('may not use the database of that name'));
    expect(await shownOf('ledger', bare('nothing_here'))).toMatchObject(says('ops migrate'));
  });

  it('the booth does not exist: said so, with those that do; one tap and the kiosk works', async () => {
    const kiosk = await start({ KIOSK_BOOTH_ID: '99' });
    const shown = await kiosk.until((snapshot) => snapshot.boothProblem !== null && snapshot.booths.length > 0, 'no such booth');
    expect(shown).toMatchObject({ boothProblem: 'BOOTH_NOT_FOUND', booth: null, booths: [{ id: 1 }] });
    expect(await kiosk.handlers['booth:call-next']({ boothId: 99 })).toMatchObject({ ok: false, error: { code: 'BOOTH_NOT_FOUND' } });
    expect(await kiosk.handlers['booth:select']({ boothId: 1 })).toMatchObject({ ok: true });
    // Nothing is known of the other booth yet; that it does not exist is not.
    expect(await kiosk.handlers['snapshot:get'](null)).toMatchObject({ ok: true, value: { booth: null, boothProblem: null } });
    expect(await working(kiosk)).toMatchObject({ boothProblem: null });
  });
});

describe('the server cannot store', () => {
  afterEach(() => festival.reset());

  it.each([
    [1114, 'The table is full', 'a table is full'],
    [1021, 'Disk full', "the server's disk is full"],
    [1290, 'The server is running with the --read-only option', 'the server is read-only'],
    [1836, 'Running in read-only mode', 'the server is read-only'],
  ])('the ledger answers a call with error %i: nothing was done, and the visitor is called when there is room', async (errno, text, sentence) => {
    const kiosk = await start();
    await working(kiosk);
    const order = await festival.queue();
    await festival.sql(`CREATE TRIGGER no_room BEFORE INSERT ON waiting FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${errno}, MESSAGE_TEXT = '${text}'`);
    try {
      const refused = await call(kiosk);
      expect(refused).toMatchObject({ ok: false, error: { code: 'LEDGER_UNFIT', message: expect.stringContaining(sentence) } });
      expect(refused).toMatchObject({ error: { message: expect.stringContaining('Nothing was done') } });
      await eventually('everybody is back', async () => (await festival.queue()).join() === order.join());
      expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
    } finally {
      await festival.sql('DROP TRIGGER no_room');
    }
    expect(await call(kiosk)).toMatchObject({ ok: true, value: { person: { userId: order[0] } } });
  });

  it('Redis is out of memory: nobody is called or added, who was called still enters, and all is right when there is room', async () => {
    const kiosk = await start();
    await working(kiosk);
    const called = await call(kiosk);
    if (!called.ok || called.value.waitingId === null) throw new Error(JSON.stringify(called));
    const { waitingId } = called.value;
    await kiosk.until((snapshot) => snapshot.locks.length === 0 && snapshot.pending.length === 0 && snapshot.booth?.called.length === 1, 'nothing open');
    const order = await festival.queue();
    await festival.client.config('SET', 'maxmemory', '1');
    try {
      expect(await call(kiosk)).toMatchObject({ ok: false, error: { code: 'QUEUE_STORE_UNFIT', message: expect.stringMatching(/OOM|memory/) } });
      expect(await kiosk.handlers['booth:add-visitor']({ boothId: 1, name: 'Somebody' })).toMatchObject({ ok: false, error: { code: 'QUEUE_STORE_UNFIT' } });
      expect(await kiosk.handlers['visit:act']({ waitingId, kind: 'enter' })).toMatchObject({ ok: true, value: { state: 'catching-up' } });
      expect(await festival.queue()).toEqual(order);
    } finally {
      await festival.client.config('SET', 'maxmemory', '0');
    }
    expect(await kiosk.handlers['kiosk:reconcile'](null)).toMatchObject({ ok: true, value: { problem: null } });
    expect(await festival.judge()).toMatchObject({ current: 1, inside: 1, lost: [], twice: [], locks: [] });
    expect(await call(kiosk)).toMatchObject({ ok: true, value: { person: { userId: order[0] } } });
  });
});

it('weaker durability than recommended, and a backend’s locks under our prefix, are warnings', async () => {
  await festival.mariadb.sql(null, 'SET GLOBAL innodb_flush_log_at_trx_commit = 2');
  await festival.client.hset('temp:calling:1:7', 'boothId', '1');
  try {
    const kiosk = await start();
    const shown = await kiosk.until((snapshot) => snapshot.stores.every((store) => store.warnings.length > 0), 'warnings');
    expect(shown.stores).toMatchObject([
      { role: 'queue', warnings: expect.arrayContaining(['no-aof', 'foreign-locks']) },
      { role: 'ledger', warnings: expect.arrayContaining(['flush-log']) },
    ]);
    // The same beside another prefix is none of ours.
    const apart = await startLiveKiosk({ KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl }, { lockPrefix: 'kiosk-temp:' });
    open.push(apart);
    const calm = await apart.until((snapshot) => snapshot.stores.some((store) => store.role === 'queue' && store.warnings.length > 0), 'the warnings of Redis');
    expect(calm.stores[0]?.warnings).toEqual(['no-aof']);
  } finally {
    await festival.mariadb.sql(null, 'SET GLOBAL innodb_flush_log_at_trx_commit = 1');
    await festival.client.del('temp:calling:1:7');
  }
});

/** A disk of the test's own, small enough to fill. Null where this user may not mount one. */
function smallDisk(): { readonly folder: string; fill(): void; empty(): void; remove(): void } | null {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status === 0;
  if (!mounted) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      const { bsize, bavail } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(bsize * bavail));
    },
    empty: () => rmSync(filler),
    remove() {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

it('the disk of the embedded stores is full: taps are refused by name, nobody is lost, and it works when there is room', async (context) => {
  const disk = smallDisk();
  if (disk === null) return context.skip('a disk of its own needs the right to mount one');
  context.onTestFinished(disk.remove);
  const kiosk = await start({ KIOSK_REDIS_URL: '', KIOSK_MYSQL_URL: '', KIOSK_DATA_DIR: disk.folder });
  await kiosk.handlers['setup:try-here']({ language: 'en' });
  await kiosk.handlers['kiosk:set-demo-arrivals']({ on: false });
  const { booth } = await kiosk.until((snapshot) => snapshot.booth !== null, 'the booth');
  const boothId = booth?.id ?? 0;
  const add = (name: string) => kiosk.handlers['booth:add-visitor']({ boothId, name });
  const next = () => kiosk.handlers['booth:call-next']({ boothId });
  expect(await add('Kim')).toMatchObject({ ok: true });
  expect(await add('Lee')).toMatchObject({ ok: true });
  const called = await next();
  const waitingId = called.ok ? (called.value.waitingId ?? 0) : 0;
  disk.fill();
  for (const refused of [await next(), await add('Zoë'), await kiosk.handlers['visit:act']({ waitingId, kind: 'enter' })]) {
    expect(refused).toMatchObject({ ok: false, error: { code: 'LEDGER_UNFIT', message: expect.stringMatching(/booth\.sqlite.*the disk is full/) } });
  }
  await kiosk.until((snapshot) => snapshot.booth?.waiting[0]?.name === 'Lee' && snapshot.booth.called.length === 1 && snapshot.booth.inside === 0 && snapshot.pending.length === 0, 'everybody where they were');
  disk.empty();
  expect(await kiosk.handlers['visit:act']({ waitingId, kind: 'enter' })).toMatchObject({ ok: true });
  expect(await next()).toMatchObject({ ok: true, value: { person: { name: 'Lee' } } });
  await kiosk.until((snapshot) => snapshot.booth?.inside === 1 && snapshot.booth.current === 1 && snapshot.booth.called.length === 1, 'the work goes on');
});
