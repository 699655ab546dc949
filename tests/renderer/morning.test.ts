/** The screen in the morning and in the evening: what is cleared is what was read, once; a report's figures belong to what stands above them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReportAnswer } from '../../shared/channels.ts';
import { fail, ok } from '../../shared/errors.ts';
import { answer, push, requests } from '../support/fake-bridge.ts';
import { type RendererPages, startRendererPages } from '../support/renderer-page.ts';
import { busyBooth, NOW, running, waiting } from '../support/sample-snapshots.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const BEFORE = NOW - 9 * 3_600_000;
const left = { ...waiting(0), kind: 'waiting' as const, waitingId: null, at: BEFORE - 1 };
const NOTHING = { called: 0, entered: 0, completed: 0, noShow: 0, cancelled: 0, left: 0, medianWaitS: null, p90WaitS: null };
const report = (date: string, called: number): ReportAnswer => ({ date, today: '2026-11-25', booths: [{ boothId: 7, name: '치킨 부스', ...NOTHING, called, hours: [{ hour: 10, ...NOTHING, called }], unreadable: [] }] });

it('clears once whom the sheet has shown, tells how far it is and what came of it', async () => {
  const page = await pages.open(running({ booth: { ...busyBooth, leftovers: { waiting: 1, called: 0, inside: 0 } } }));
  await answer(page, 'booth:list-leftovers', ok({ entries: [left], before: BEFORE }));
  await page.getByTestId('open-leftovers').click();
  await page.getByTestId('clear-leftovers').dblclick();
  await page.getByTestId('clear-leftovers').click({ force: true });
  expect((await requests(page)).filter(({ channel }) => channel === 'booth:clear-leftovers')).toEqual([{ channel: 'booth:clear-leftovers', payload: { boothId: 7, before: BEFORE, reason: 'Cleared: left over from an earlier day' } }]);
  const status = page.getByTestId('leftovers-status');
  await push(page, { clearing: { boothId: 7, done: 0, total: 1 } });
  await status.getByText('0 of 1').waitFor();
  await answer(page, 'booth:list-leftovers', ok({ entries: [], before: BEFORE }));
  await answer(page, 'booth:clear-leftovers', ok({ cleared: 1, kept: 0, stopped: null }));
  await push(page, { clearing: null, booth: busyBooth });
  await status.getByText('1 visitor cleared.').waitFor();
  await page.getByTestId('clear-leftovers').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  expect(await page.getByTestId('leftovers').count()).toBe(0);
  await pages.done(page);
});

it('a clearing that was under way before this screen came is told, and not asked for again', async () => {
  const page = await pages.open(running({ booth: { ...busyBooth, leftovers: { waiting: 1, called: 0, inside: 0 } }, clearing: { boothId: 7, done: 5, total: 8 } }));
  await answer(page, 'booth:list-leftovers', ok({ entries: [left], before: BEFORE }));
  await page.getByTestId('open-leftovers').click();
  await page.getByTestId('leftovers-status').getByText('5 of 8').waitFor();
  await page.getByTestId('clear-leftovers').click({ force: true });
  expect((await requests(page)).map(({ channel }) => channel)).not.toContain('booth:clear-leftovers');
  await pages.done(page);
});

it('shows the figures of the day and booth chosen last, and saves those', async () => {
  const page = await pages.open(running());
  await page.getByTestId('sync').click();
  await page.getByTestId('open-report').click();
  await answer(page, 'report:read', ok(report('2026-11-25', 11)));
  await page.getByTestId('report-table').getByText('11', { exact: true }).first().waitFor();
  await page.getByTestId('day-after').click({ force: true });
  await page.getByTestId('day-before').click();
  await page.getByTestId('report-table').waitFor({ state: 'detached' });
  await page.getByTestId('day-before').click();
  // The answer of the day between comes late, and belongs to nothing on screen.
  await answer(page, 'report:read', ok(report('2026-11-24', 24)));
  await answer(page, 'report:read', ok(report('2026-11-23', 23)));
  await page.getByTestId('report-table').getByText('23', { exact: true }).first().waitFor();
  expect(await page.getByTestId('report-table').getByText('24', { exact: true }).count()).toBe(0);
  await answer(page, 'report:save', ok({ outcome: 'not-written', file: '/media/usb/r.csv' }));
  await page.getByTestId('save-report').click();
  await page.getByTestId('report-saved').getByText('/media/usb/r.csv').waitFor();
  expect((await requests(page)).filter(({ channel }) => channel.startsWith('report:')).map(({ channel, payload }) => [channel, payload])).toEqual([
    ['report:read', { date: null, boothId: 7 }],
    ['report:read', { date: '2026-11-24', boothId: 7 }],
    ['report:read', { date: '2026-11-23', boothId: 7 }],
    ['report:save', { date: '2026-11-23', boothId: 7 }],
  ]);
  await answer(page, 'report:read', fail('LEDGER_UNREACHABLE', 'away'));
  await page.getByTestId('report-booth').selectOption('all');
  await page.getByText('cannot be reached').first().waitFor();
  expect(await page.getByTestId('report-table').count()).toBe(0);
  await pages.done(page);
});
