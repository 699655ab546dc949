/**
 * Goal: what the screen is told in the morning is true, and what it asks for clears nobody who came today; the estimated wait goes by
 * the places that became free in the last hour.
 * Method: the kiosk without a window on its embedded stores; yesterday is made by setting times back in the file between two starts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Snapshot } from '../../shared/snapshot.ts';
import { type LiveKiosk, startLiveKiosk } from '../support/live-kiosk.ts';

const DAY_MS = 86_400_000;
let folder: string;
let kiosk: LiveKiosk | null = null;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-morning-'))));
afterEach(async () => {
  await kiosk?.close();
  kiosk = null;
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<{ readonly kiosk: LiveKiosk; readonly boothId: number }> {
  const started = await startLiveKiosk({ KIOSK_DATA_DIR: folder }, { stores: { kind: 'embedded' } });
  kiosk = started;
  const { booth } = await started.until((snapshot) => snapshot.booth?.queueReadAt != null, 'the booth');
  return { kiosk: started, boothId: booth?.id ?? 0 };
}
async function add(at: LiveKiosk, boothId: number, name: string): Promise<number> {
  const answer = await at.handlers['booth:add-visitor']({ boothId, name });
  if (!answer.ok || answer.value.person === null) throw new Error(JSON.stringify(answer));
  return answer.value.person.userId;
}

/** Everybody there is now came yesterday. */
function setBackADay(): void {
  const database = new DatabaseSync(join(folder, 'booth.sqlite'));
  database.exec(`UPDATE waiting SET registered_at = registered_at - ${DAY_MS}, called_at = called_at - ${DAY_MS}, entered_at = entered_at - ${DAY_MS}`);
  for (const row of database.prepare('SELECT ticket, booth_id, user_id, score FROM kiosk_queue').all()) {
    const score = Number(row['score']) - DAY_MS / 1_000;
    database.prepare('UPDATE kiosk_queue SET score = ?, ticket = ?, created_at = created_at - ? WHERE ticket = ?').run(score, `${Number(row['booth_id'])}:${Number(row['user_id'])}:${score}`, DAY_MS, String(row['ticket']));
  }
  database.close();
}

it('tells whom yesterday left behind, and clears those alone, once for two that ask', async () => {
  const evening = await start();
  await add(evening.kiosk, evening.boothId, 'Called');
  const waits = await add(evening.kiosk, evening.boothId, 'Waits');
  expect(evening.kiosk.seen()?.booth?.leftovers).toBeNull();
  expect(await evening.kiosk.handlers['booth:call-next']({ boothId: evening.boothId })).toMatchObject({ ok: true });
  await evening.kiosk.close();
  setBackADay();

  const { kiosk: morning, boothId } = await start();
  const today = await add(morning, boothId, 'Today');
  await morning.until(({ booth }) => booth?.leftovers?.waiting === 1 && booth.leftovers.called === 1 && booth.waitingTotal === 2, 'the leftovers');
  const listed = await morning.handlers['booth:list-leftovers']({ boothId });
  if (!listed.ok) throw new Error(listed.error.message);
  expect(listed.value.entries).toMatchObject([{ kind: 'waiting', userId: waits, name: 'Waits', waitingId: null }, { kind: 'called', name: 'Called' }]);

  const seen: Snapshot['clearing'][] = [];
  morning.onSnapshot(({ clearing }) => void seen.push(clearing));
  // A screen that means tomorrow still clears nobody who came today.
  const clear = () => morning.handlers['booth:clear-leftovers']({ boothId, before: listed.value.before + 2 * DAY_MS, reason: 'morning' });
  const answers = await Promise.all([clear(), clear()]);
  expect(answers).toEqual([1, 2].map(() => ({ ok: true, value: { cleared: 2, kept: 0, stopped: null } })));
  const after = await morning.until(({ booth, clearing }) => clearing === null && booth?.leftovers === null && booth.waitingTotal === 1, 'the booth of today');
  expect(after.booth?.waiting.map(({ userId }) => userId)).toEqual([today]);
  expect(after.booth?.called).toEqual([]);
  expect(seen.every((clearing) => clearing === null || (clearing.boothId === boothId && clearing.total === 2))).toBe(true);
  expect(await morning.handlers['booth:clear-leftovers']({ boothId: 99, before: 1, reason: 'x' })).toMatchObject({ ok: false, error: { code: 'BOOTH_NOT_FOUND' } });
  expect(await morning.handlers['booth:list-leftovers']({ boothId: 99 })).toMatchObject({ ok: false, error: { code: 'BOOTH_NOT_FOUND' } });
});

it('estimates by the turn of the booth first, calls that fill it change nothing, and by the places of the last hour once five became free', async () => {
  const { kiosk: at, boothId } = await start();
  for (let each = 0; each < 8; each += 1) await add(at, boothId, `Visitor ${each}`);
  await at.until(({ booth }) => booth?.waitingTotal === 8 && booth.estimatedWaitMinutes === 10, 'the rule of ten minutes');
  const called = await at.handlers['booth:call-several']({ boothId, count: 5 });
  if (!called.ok) throw new Error(called.error.message);
  // Chosen again, a booth is read anew.
  await at.handlers['booth:select']({ boothId });
  await at.until(({ booth }) => booth?.waitingTotal === 3 && booth.called.length === 5 && booth.estimatedWaitMinutes === 10, 'the same rule');
  for (const { waitingId } of called.value.calls) expect(await at.handlers['visit:act']({ waitingId: waitingId ?? 0, kind: 'no-show' })).toMatchObject({ ok: true });
  await at.handlers['booth:select']({ boothId });
  await at.until(({ booth }) => booth?.waitingTotal === 3 && booth.estimatedWaitMinutes === 1, 'places free within moments');
});

it('reads the report of any day, and saves nothing where nobody said where', async () => {
  const { kiosk: at, boothId } = await start();
  await add(at, boothId, 'One');
  await at.handlers['booth:call-next']({ boothId });
  const read = await at.handlers['report:read']({ date: null, boothId });
  if (!read.ok) throw new Error(read.error.message);
  expect(read.value).toMatchObject({ date: read.value.today, booths: [{ boothId, called: 1, unreadable: [] }] });
  expect(await at.handlers['report:read']({ date: '2020-01-01', boothId: null })).toMatchObject({ ok: true, value: { date: '2020-01-01', booths: [{ called: 0, hours: [], left: null }] } });
  expect(await at.handlers['report:read']({ date: null, boothId: 99 })).toMatchObject({ ok: false, error: { code: 'BOOTH_NOT_FOUND' } });
  expect(await at.handlers['report:save']({ date: null, boothId })).toEqual({ ok: true, value: { outcome: 'cancelled', file: '' } });
});
