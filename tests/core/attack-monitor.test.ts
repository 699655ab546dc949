/** An alert that stands only in the memory of a kiosk that has lost Redis must not stand for the festival. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoreView } from '../../shared/snapshot.ts';
import type { Alert } from '../../electron/core/ports.ts';
import { type Monitor, startMonitor } from '../../electron/monitor.ts';
import { type Festival, type ModelKiosk, openFestival } from '../support/model-festival.ts';
import { eventually } from '../support/ports.ts';

let festival: Festival;
let monitors: Monitor[] = [];
const told: string[] = [];
let clock: NodeJS.Timeout;
beforeEach(async () => {
  told.length = 0;
  festival = await openFestival();
  clock = setInterval(() => festival.advance(100), 100);
});
afterEach(async () => {
  await Promise.all(monitors.map((monitor) => monitor.stop()));
  clearInterval(clock);
  await festival.close();
});

interface Known { queue: StoreView['state']; ledger: StoreView['state']; sinceMs: number }
function watch(kiosk: ModelKiosk, known: Known): Monitor {
  const store = (role: StoreView['role']): StoreView => ({ role, server: 'model', state: known[role], since: known.sinceMs, latencyMs: null, problem: null, warnings: [], clocksApart: [] });
  const alerter = { tell: async (alert: Alert, state: 'raised' | 'cleared') => void told.push(`${alert.id} ${state}`) };
  const monitor = startMonitor({ core: kiosk, alerter, onChange: () => undefined, board: { stores: () => [store('queue'), store('ledger')], locks: () => [], selected: () => festival.boothId } });
  monitors.push(monitor);
  return monitor;
}

it.each([true, false])('(the first lives on: %s) the leading kiosk loses Redis while somebody is in quarantine; another leads; the supervisor decides: the alert ends', async (lives) => {
  await festival.register(999_999, 5);
  const [one, two] = [festival.kiosk('one'), festival.kiosk('two')];
  const call = await import('../../electron/core/call-next.ts');
  await call.callNext(one, { boothId: festival.boothId, generation: await festival.generation(), epoch: 0 }, one.ids.operationId());
  await one.operations.drain();
  await festival.queue.beat(one.owner);
  const known: Known = { queue: 'up', ledger: 'up', sinceMs: Date.now() };
  const first = watch(one, known);
  await eventually('it is told', () => told.length > 0, 20_000);
  expect(first.view().lead).toBe(true);
  known.queue = 'down';
  known.sinceMs = Date.now() + 3_600_000;
  await festival.queue.endSetAside(festival.boothId, '999999', 'dropped');
  told.length = 1;
  if (!lives) await first.stop();
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const beat = setInterval(() => void festival.queue.beat(two.owner), 1_000);
  await festival.queue.beat(two.owner);
  const second = watch(two, { queue: 'up', ledger: 'up', sinceMs: Date.now() });
  await eventually('the other leads', () => second.view().lead, 20_000);
  await new Promise((resolve) => setTimeout(resolve, 40_000));
  clearInterval(beat);
  expect(told).toEqual(['quarantine raised', 'quarantine cleared']);
}, 120_000);
