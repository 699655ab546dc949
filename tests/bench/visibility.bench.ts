/**
 * How soon the screen of a kiosk tells what happened elsewhere: another kiosk's call, another program's change, a ledger that died
 * and came back. Figures of one run on one machine, not verdicts.
 */
import { afterAll, beforeAll, it } from 'vitest';
import type { Snapshot } from '../../shared/snapshot.ts';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const ROUNDS = 20;
const OUTAGES = 3;
let festival: RealFestival;
let one: LiveKiosk;
let two: LiveKiosk;

beforeAll(async () => {
  festival = await startFestival({ visitors: 60, capacity: 100 });
  const servers = { KIOSK_REDIS_URL: festival.redis.url, KIOSK_MYSQL_URL: festival.mysqlUrl };
  [one, two] = await Promise.all([startLiveKiosk(servers), startLiveKiosk(servers)]);
  await Promise.all([one, two].map((kiosk) => kiosk.until((snapshot) => snapshot.booth?.waitingTotal === 60, 'the queue')));
});
afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
  await festival.close();
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function tell(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  console.info(`${what}: median ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)} ms, longest ${sorted.at(-1)?.toFixed(0)} ms (${sorted.length} times)`);
}

const ledgerState = (snapshot: Snapshot) => snapshot.stores.find((store) => store.role === 'ledger')?.state;

it('another kiosk’s call', async () => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const answer = await one.handlers['booth:call-next']({ boothId: 1 });
    if (!answer.ok) throw new Error(answer.error.message);
    const { waitingId } = answer.value;
    times.push(await timed(() => two.until((snapshot) => snapshot.booth?.called.some((visit) => visit.waitingId === waitingId) === true, 'the call')));
  }
  tell('a call of another kiosk shows after', times);
});

it('another program’s change', async () => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const member = String(100_000 + round);
    await festival.client.zadd('queue:booth:1', 1, member);
    times.push(await timed(() => two.until((snapshot) => snapshot.booth?.waiting.some((entry) => entry.userId === Number(member)) === true, 'the entry')));
    await festival.client.zrem('queue:booth:1', member);
  }
  tell('an entry another program adds shows after', times);
});

it('a ledger that dies and returns', async () => {
  const [down, up] = [[] as number[], [] as number[]];
  for (let round = 0; round < OUTAGES; round++) {
    await festival.mariadb.kill();
    down.push(await timed(() => two.until((snapshot) => ledgerState(snapshot) === 'down', 'down')));
    await festival.mariadb.restart();
    up.push(await timed(() => two.until((snapshot) => ledgerState(snapshot) === 'up', 'up')));
  }
  tell('a dead ledger shows after', down);
  tell('its return shows after', up);
});
