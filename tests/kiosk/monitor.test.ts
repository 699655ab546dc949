/**
 * Goal: the monitor sees what stands wrong, tells it through Slack once for all kiosks and once when it is over, shows it on every panel,
 * and says that the booth is served only while both stores are there.
 * Method: real monitors on the model stores and a real HTTP server for Slack; what the board knows of the stores is given to them.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StoreView } from '../../shared/snapshot.ts';
import { type Monitor, startMonitor } from '../../electron/monitor.ts';
import { createAlerter } from '../../electron/notify/notifier.ts';
import { type Festival, type ModelKiosk, openFestival } from '../support/model-festival.ts';
import { eventually } from '../support/ports.ts';

const LIMIT_MS = 20_000;
let festival: Festival;
let server: Server;
const told: string[] = [];
let monitors: Monitor[] = [];

beforeEach(async () => {
  festival = await openFestival();
  told.length = 0;
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      told.push((JSON.parse(text) as { text: string }).text);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await Promise.all(monitors.map((monitor) => monitor.stop()));
  monitors = [];
  server.close();
  await festival.close();
});

interface Known {
  queue: StoreView['state'];
  ledger: StoreView['state'];
  sinceMs: number;
}

function watch(kiosk: ModelKiosk, known: Known, onChange: () => void = () => undefined): Monitor {
  const store = (role: StoreView['role']): StoreView => ({ role, server: 'model', state: known[role], since: known.sinceMs, latencyMs: null, problem: null, warnings: [], clocksApart: [] });
  const alerter = createAlerter({ slackWebhookUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, kioskId: kiosk.owner, tlsCa: null }, kiosk.logger);
  const monitor = startMonitor({ core: kiosk, alerter, onChange, board: { stores: () => [store('queue'), store('ledger')], locks: () => [], selected: () => festival.boothId } });
  monitors.push(monitor);
  return monitor;
}
const up = (): Known => ({ queue: 'up', ledger: 'up', sinceMs: Date.now() });

it('one of two kiosks tells of somebody in quarantine, and that it is over; both panels show it', async () => {
  await festival.register(999_999, 5);
  const [one, two] = [festival.kiosk('one'), festival.kiosk('two')];
  await festival.setAsideFirst();
  for (const kiosk of [one, two]) await festival.queue.beat(kiosk.owner);
  const [first, second] = [watch(one, up()), watch(two, up())];
  await eventually('it is told', () => told.length > 0, LIMIT_MS);
  await eventually('both show it', () => [first, second].every((monitor) => monitor.view().alerts.some(({ id }) => id === 'quarantine')), LIMIT_MS);
  await eventually('one leads', () => [first, second].filter((monitor) => monitor.view().lead).length === 1, LIMIT_MS);
  expect(told).toEqual([expect.stringMatching(/Warning.*1 queue entries cannot be called/s)]);
  await festival.queue.endSetAside(festival.boothId, '999999', 'dropped');
  await eventually('neither shows it any more', () => [first, second].every((monitor) => monitor.view().alerts.length === 0), LIMIT_MS * 2);
  festival.advance(60_000);
  await eventually('its end is told', () => told.length > 1, LIMIT_MS);
  expect(told[1]).toMatch(/No queue entry waits/);
  expect(told).toHaveLength(2);
}, 120_000);

it('a store that has not answered for half a minute is told through the other one, and the booth counts as not served', async () => {
  const kiosk = festival.kiosk('one');
  const known: Known = { queue: 'down', ledger: 'up', sinceMs: Date.now() - 31_000 };
  const monitor = watch(kiosk, known);
  await eventually('it is told', () => told.length > 0, LIMIT_MS);
  expect(told).toEqual([expect.stringMatching(/URGENT.*Redis has not answered for 31 s/s)]);
  expect(monitor.view().alerts).toEqual([{ id: 'queue-unreachable', level: 'urgent' }]);
  expect((await festival.ledger.readBooth(festival.boothId))?.servedSinceMs).toBeNull();
  Object.assign(known, up());
  await eventually('the booth is served', async () => (await festival.ledger.readBooth(festival.boothId))?.servedSinceMs !== null, LIMIT_MS);
  festival.advance(60_000);
  await eventually('its end is told', () => told.length > 1, LIMIT_MS);
  expect(told[1]).toMatch(/Redis answers again/);
});

it('what a leading kiosk remembers from before it lost Redis does not stand for the festival', async () => {
  await festival.register(999_999, 5);
  const [one, two] = [festival.kiosk('one'), festival.kiosk('two')];
  await festival.setAsideFirst();
  await festival.queue.beat(one.owner);
  const known = up();
  let looks = 0;
  watch(one, known, () => void looks++);
  await eventually('it is told', () => told.length > 0, LIMIT_MS);
  Object.assign(known, { queue: 'down', sinceMs: Date.now() + 3_600_000 });
  await festival.queue.endSetAside(festival.boothId, '999999', 'dropped');
  festival.advance(60_000);
  await festival.queue.beat(two.owner);
  const second = watch(two, up());
  await eventually('the other leads, and tells its end', () => second.view().lead && told.length > 1, LIMIT_MS);
  const seen = looks;
  await eventually('the first has looked twice more', () => looks >= seen + 2, LIMIT_MS);
  expect(told).toEqual([expect.stringMatching(/cannot be called/), expect.stringMatching(/No queue entry waits/)]);
});
