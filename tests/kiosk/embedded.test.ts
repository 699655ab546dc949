/**
 * Goal: the kiosk on its embedded stores: chosen at the first start, the whole way of a visitor, everything still there at the next
 * start, one kiosk per data folder, and simulated visitors on and off.
 * Method: the kiosk without a window on a folder of the test's own; the history is read from outside through SQLite.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LiveKiosk, openLiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';

let folder: string;
const open: LiveKiosk[] = [];
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-embedded-'))));
afterEach(async () => {
  for (const kiosk of open.splice(0)) await kiosk.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<LiveKiosk> {
  const kiosk = await startLiveKiosk({ KIOSK_DATA_DIR: folder });
  open.push(kiosk);
  return kiosk;
}
async function stop(kiosk: LiveKiosk): Promise<void> {
  open.splice(open.indexOf(kiosk), 1);
  await kiosk.close();
}

/** A kiosk that was set up by "try it here", without simulated visitors. */
async function setUp(): Promise<{ kiosk: LiveKiosk; boothId: number }> {
  const kiosk = await start();
  expect(await kiosk.handlers['setup:try-here']({ language: 'en' })).toMatchObject({ ok: true });
  expect(await kiosk.handlers['kiosk:set-demo-arrivals']({ on: false })).toMatchObject({ ok: true });
  const shown = await kiosk.until((snapshot) => snapshot.phase === 'running' && snapshot.booth !== null, 'the sample booth');
  return { kiosk, boothId: shown.booth?.id ?? 0 };
}

async function addVisitor(kiosk: LiveKiosk, boothId: number, name: string): Promise<number> {
  const answer = await kiosk.handlers['booth:add-visitor']({ boothId, name });
  if (!answer.ok || answer.value.person === null) throw new Error(JSON.stringify(answer));
  return answer.value.person.userId;
}

const history = (): unknown[] => {
  const database = new DatabaseSync(join(folder, 'booth.sqlite'), { readOnly: true });
  try {
    return database.prepare('SELECT user_id AS userId, status FROM waiting ORDER BY id').all().map((row) => ({ ...row }));
  } finally {
    database.close();
  }
};
const settings = (): unknown => JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));

it('serves a visitor from the queue to the end, and finds everybody where they were at the next start', async () => {
  const { kiosk, boothId } = await setUp();
  const kim = await addVisitor(kiosk, boothId, '김민지');
  const [lee, zoe, noah] = [await addVisitor(kiosk, boothId, 'Lee'), await addVisitor(kiosk, boothId, 'Zoë'), await addVisitor(kiosk, boothId, 'Noah')];
  const visit = async (userId: number): Promise<{ waitingId: number }> => {
    const answer = await kiosk.handlers['booth:call-next']({ boothId });
    expect(answer).toMatchObject({ ok: true, value: { person: { userId } } });
    if (!answer.ok || answer.value.waitingId === null) throw new Error('nobody was called');
    return { waitingId: answer.value.waitingId };
  };
  const first = await visit(kim);
  expect(await kiosk.handlers['visit:act']({ ...first, kind: 'enter' })).toMatchObject({ ok: true });
  expect(await kiosk.handlers['visit:act']({ ...first, kind: 'complete' })).toMatchObject({ ok: true });
  const second = await visit(lee);
  expect(await kiosk.handlers['visit:act']({ ...second, kind: 'enter' })).toMatchObject({ ok: true });
  await visit(zoe);
  const before = await kiosk.until(({ booth }) => booth?.waitingTotal === 1 && booth.called.length === 1 && booth.insideList.length === 1 && booth.current === 1, 'one of each');
  await stop(kiosk);
  expect(settings()).toEqual({ embedded: true, demoArrivals: false, language: 'en' });
  expect(history()).toEqual([{ userId: kim, status: 'COMPLETED' }, { userId: lee, status: 'ENTERED' }, { userId: zoe, status: 'CALLED' }]);

  const again = await start();
  const after = await again.until(({ booth }) => booth?.waitingTotal === 1 && booth.called.length === 1 && booth.insideList.length === 1 && booth.current === 1, 'one of each, again');
  expect(after).toMatchObject({ phase: 'running', embedded: true, demoArrivals: false, language: 'en' });
  expect(after.booth?.waiting).toEqual(before.booth?.waiting);
  expect(after.booth?.called).toEqual(before.booth?.called);
  expect(after.booth?.insideList).toEqual(before.booth?.insideList);
  expect(after.booth?.waiting).toMatchObject([{ userId: noah, name: 'Noah', number: 4 }]);
  expect(await again.handlers['visit:act']({ ...second, kind: 'complete' })).toMatchObject({ ok: true });
  const called = await again.handlers['booth:call-next']({ boothId });
  expect(called).toMatchObject({ ok: true, value: { person: { userId: noah } } });
  expect(await again.handlers['booth:call-next']({ boothId })).toMatchObject({ ok: false, error: { code: 'QUEUE_EMPTY' } });
});

it('ends the visit of somebody who was called and did not come', async () => {
  const { kiosk, boothId } = await setUp();
  const kim = await addVisitor(kiosk, boothId, 'Kim');
  const called = await kiosk.handlers['booth:call-next']({ boothId });
  const waitingId = called.ok ? (called.value.waitingId ?? 0) : 0;
  expect(await kiosk.handlers['visit:act']({ waitingId, kind: 'no-show' })).toMatchObject({ ok: true, value: { waitingId } });
  await kiosk.until(({ booth }) => booth?.called.length === 0 && booth.current === 0, 'an empty booth');
  await stop(kiosk);
  expect(history()).toEqual([{ userId: kim, status: 'COMPLETED' }]);
});

it('keeps how loud it calls, and whether it does', async () => {
  const { kiosk } = await setUp();
  expect(kiosk.seen()?.sound).toEqual({ announces: true, muted: false, volume: 80 });
  const chosen = { announces: false, muted: true, volume: 30 };
  expect(await kiosk.handlers['kiosk:set-sound'](chosen)).toMatchObject({ ok: true });
  await kiosk.until(({ sound }) => !sound.announces && sound.muted && sound.volume === 30, 'the choice');
  await stop(kiosk);
  expect(settings()).toMatchObject({ announces: false, soundMuted: true, soundVolume: 30 });
  const again = await start();
  expect((await again.until(({ phase }) => phase === 'running', 'the kiosk')).sound).toEqual(chosen);
});

it('belongs to one kiosk: a second one on the same folder is told so, and may have it afterwards', async () => {
  const { kiosk } = await setUp();
  const second = await openLiveKiosk({ KIOSK_DATA_DIR: folder });
  expect(second).toMatchObject({ ok: false, error: { code: 'STORE_HELD' } });
  await stop(kiosk);
  expect((await start()).seen()?.phase ?? 'running').toBe('running');
});

it('a second kiosk that chooses to try it here is told so, too, and stays in set-up', async () => {
  const second = await start();
  await setUp();
  expect(await second.handlers['setup:try-here']({ language: 'en' })).toMatchObject({ ok: false, error: { code: 'STORE_HELD' } });
  expect(await second.handlers['snapshot:get'](null)).toMatchObject({ ok: true, value: { phase: 'setup' } });
});

it('simulated visitors arrive while they are switched on; the switch is remembered', { timeout: 60_000 }, async () => {
  const { kiosk, boothId } = await setUp();
  expect(await kiosk.handlers['kiosk:set-demo-arrivals']({ on: true })).toMatchObject({ ok: true });
  expect(settings()).toMatchObject({ demoArrivals: true });
  await kiosk.until((snapshot) => snapshot.demoArrivals && (snapshot.booth?.waitingTotal ?? 0) >= 2, 'two simulated visitors');
  expect(await kiosk.handlers['kiosk:set-demo-arrivals']({ on: false })).toMatchObject({ ok: true });
  await kiosk.until((snapshot) => !snapshot.demoArrivals, 'arrivals off');
  expect(settings()).toMatchObject({ demoArrivals: false });
  // One arrival may have been under way; what counts after it is only what staff add.
  const real = await addVisitor(kiosk, boothId, 'Real');
  const shown = await kiosk.until((snapshot) => snapshot.booth?.waiting.some((entry) => entry.userId === real) === true, 'the real visitor');
  expect(shown.demoArrivals).toBe(false);
});
