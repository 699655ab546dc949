/**
 * Goal: the failures the protocol was made for. The history fails during a call: the visitor was called, or stands first again, and
 * the screen ends up saying which. The queue store fails during an entrance: the count is right again after the pass.
 * Method: a running kiosk on real servers behind proxies that fail at one message; the stores are judged by plain SQL and Redis commands.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';
import { eventually } from '../support/ports.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

let festival: RealFestival;
let toRedis: FaultProxy;
let toMariadb: FaultProxy;
let kiosk: LiveKiosk;
let order: string[];

beforeEach(async () => {
  festival = await startFestival({ visitors: 6 });
  [toRedis, toMariadb] = await Promise.all([startProxy(festival.redis.port), startProxy(festival.mariadb.port)]);
  kiosk = await startLiveKiosk({ KIOSK_REDIS_URL: `redis://127.0.0.1:${toRedis.port}`, KIOSK_MYSQL_URL: festival.mysqlUrlAt(toMariadb.port), KIOSK_ID: 'booth-1' });
  await kiosk.until((snapshot) => snapshot.booth?.waitingTotal === 6, 'the queue of the other program');
  // Its first look at the queue store fences the booth; a call that knows nothing of that yet takes two attempts.
  await eventually('the first look is through', async () => Number((await festival.sql('SELECT gen FROM kiosk_booth WHERE booth_id = 1'))[0]?.['gen']) > 0);
  const fencedAt = Date.now();
  await kiosk.until((snapshot) => (snapshot.booth?.ledgerReadAt ?? 0) > fencedAt, 'the booth as it is since');
  order = await scores();
});
afterEach(async () => {
  await kiosk.close();
  await Promise.all([toRedis.close(), toMariadb.close()]);
  await festival.close();
});

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const INSERT = 'INSERT INTO waiting';
const scores = (): Promise<string[]> => festival.client.zrange('queue:booth:1', '0', '-1', 'WITHSCORES');
const call = () => kiosk.handlers['booth:call-next']({ boothId: 1 });
const activeBooths = (userId: number) => festival.client.smembers(`user:${userId}:active_booths`);
const nothingOpen = () => kiosk.until((snapshot) => snapshot.pending.length === 0 && snapshot.locks.length === 0, 'nothing open');

/** Fails at the first message to MariaDB that holds `text`; answers how often that was. */
function atMessage(proxy: FaultProxy, text: string, act: () => 'reset' | 'drop-replies' | void): () => number {
  let times = 0;
  proxy.onClientData = (chunk) => (chunk.includes(text) && ++times === 1 ? act() : undefined);
  return () => times;
}

describe('the history fails during a call', () => {
  it('the reply is lost and the ledger away: "checking", then the truth, which is that the visitor was called', { timeout: 60_000 }, async () => {
    const first = Number(order[0]);
    const times = atMessage(toMariadb, INSERT, () => {
      setImmediate(() => toMariadb.setMode('drop-replies'));
      return 'drop-replies';
    });
    const answer = await call();
    expect(times()).toBe(1);
    expect(answer).toMatchObject({ ok: true, value: { state: 'checking', person: { userId: first } } });
    if (!answer.ok) throw new Error(answer.error.message);
    const { operationId } = answer.value;
    const shown = await kiosk.until((snapshot) => snapshot.pending.some((one) => one.operationId === operationId && one.state === 'checking'), 'checking');
    expect(shown.settled).toEqual([]);
    // It did run, and nobody stands in two places: out of the queue, one visit.
    await eventually('the call has run', async () => (await festival.visits()).length === 1);
    expect(await scores()).toEqual(order.slice(2));
    expect(await festival.visits()).toMatchObject([{ user_id: first, status: 'CALLED' }]);

    toMariadb.onClientData = null;
    toMariadb.setMode('pass');
    toMariadb.reset();
    const told = await kiosk.until((snapshot) => snapshot.settled.some((one) => one.operationId === operationId), 'the truth');
    expect(told.settled).toMatchObject([{ operationId, kind: 'call', outcome: 'done', person: { userId: first } }]);
    await kiosk.until((snapshot) => snapshot.booth?.called.some((visit) => visit.userId === first) === true, 'the called visitor');
    await nothingOpen();
    expect(await festival.visits()).toMatchObject([{ user_id: first, status: 'CALLED' }]);
    expect(await scores()).toEqual(order.slice(2));
    expect(await activeBooths(first)).toEqual([]);
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
  });

  it('the message never arrives and the ledger is away: "checking", then the visitor is first in the queue again', { timeout: 60_000 }, async () => {
    const first = Number(order[0]);
    const times = atMessage(toMariadb, INSERT, () => {
      setImmediate(() => toMariadb.setMode('refuse'));
      return 'reset';
    });
    const answer = await call();
    expect(times()).toBe(1);
    expect(answer).toMatchObject({ ok: true, value: { state: 'checking', person: { userId: first } } });
    if (!answer.ok) throw new Error(answer.error.message);
    // Nobody else may be called meanwhile, and the visitor is in the lock, neither lost nor first.
    expect(await call()).toMatchObject({ ok: false, error: { code: 'LEDGER_UNREACHABLE' } });
    expect(await scores()).toEqual(order.slice(2));
    expect((await festival.judge()).locks).not.toEqual([]);

    toMariadb.setMode('pass');
    const told = await kiosk.until((snapshot) => snapshot.settled.length > 0, 'the truth');
    expect(told.settled).toMatchObject([{ operationId: answer.value.operationId, kind: 'call', outcome: 'not-done', person: { userId: first } }]);
    await nothingOpen();
    expect(await scores()).toEqual(order);
    expect(await activeBooths(first)).toEqual(['1']);
    expect(await festival.visits()).toEqual([]);
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
  });

  it('it refuses for good: nothing was done, and the visitor is first in the queue again at once', { timeout: 60_000 }, async () => {
    const first = Number(order[0]);
    // A rule of the history that only MariaDB knows of.
    await festival.sql("ALTER TABLE waiting ADD CONSTRAINT no_more CHECK (status <> 'CALLED'); SELECT 1");
    const refusal = await call();
    expect(refusal).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^LEDGER_/), message: expect.stringContaining('Nothing was done') } });
    await eventually('the visitor is back', async () => (await scores()).join() === order.join());
    expect(await activeBooths(first)).toEqual(['1']);
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });

    await festival.sql('ALTER TABLE waiting DROP CONSTRAINT no_more; SELECT 1');
    kiosk.handlers['kiosk:retry-stores'](null).catch(() => undefined);
    const answer = await eventually('the next call succeeds', async () => {
      const next = await call();
      return next.ok ? next : null;
    }, 15_000);
    expect(answer).toMatchObject({ ok: true, value: { person: { userId: first } } });
  });
});

describe('the queue store fails during an entrance', () => {
  async function called(): Promise<number> {
    const answer = await call();
    if (!answer.ok || answer.value.waitingId === null) throw new Error(JSON.stringify(answer));
    await nothingOpen();
    await kiosk.until((snapshot) => snapshot.booth?.called.length === 1, 'the called visitor');
    return answer.value.waitingId;
  }

  it.each([
    ['the finish never arrives', 'reset', '0'],
    ['the finish runs, its reply is lost', 'drop-replies', '1'],
  ] as const)('%s: saved, catching up; after the pass the count is right', { timeout: 60_000 }, async (_what, verdict, countMeanwhile) => {
    const waitingId = await called();
    let operationId: string | null = null;
    let finishes = 0;
    toRedis.onClientData = (chunk) => {
      const text = chunk.toString('latin1');
      // The step that begins the entrance names its operation; the next one with that id is its finish.
      if (operationId === null) {
        if (text.includes('enter')) operationId = UUID.exec(text)?.[0] ?? null;
        return undefined;
      }
      if (!text.includes(operationId) || ++finishes !== 1) return undefined;
      setImmediate(() => toRedis.setMode(verdict === 'reset' ? 'refuse' : 'drop-replies'));
      return verdict;
    };
    const answer = await kiosk.handlers['visit:act']({ waitingId, kind: 'enter' });
    expect(answer).toMatchObject({ ok: true, value: { state: 'catching-up', waitingId } });
    await kiosk.until((snapshot) => snapshot.stores.some((store) => store.role === 'queue' && store.state === 'down'), 'queue store down');
    expect(finishes).toBe(1);
    expect(await festival.visits()).toMatchObject([{ id: waitingId, status: 'ENTERED' }]);
    expect((await festival.client.get('booth:1:current')) ?? '0').toBe(countMeanwhile);

    toRedis.onClientData = null;
    toRedis.setMode('pass');
    toRedis.reset();
    await kiosk.until((snapshot) => snapshot.booth?.current === 1 && snapshot.booth.inside === 1 && snapshot.pending.length === 0 && snapshot.locks.length === 0, 'the count');
    expect(await kiosk.handlers['kiosk:reconcile'](null)).toMatchObject({ ok: true, value: { kept: 0, problem: null } });
    expect(await festival.judge()).toMatchObject({ current: 1, inside: 1, lost: [], twice: [], locks: [] });
  });
});
