/** The supervisor's panel. */
import { ok } from '../../shared/errors.ts';
import type { LockView } from '../../shared/snapshot.ts';
import type { Page } from 'playwright-core';
import type { ReportAnswer } from '../../shared/channels.ts';
import type { BoothReport, ReportFigures } from '../../shared/report.ts';
import { answer } from './fake-bridge.ts';
import { busyBooth, eventful, lastPass, running, waiting, without } from './sample-snapshots.ts';
import type { Scene } from './scene.ts';

const lock = (changes: Partial<LockView>): LockView => ({
  operationId: crypto.randomUUID(), kind: 'call', boothId: 7, person: waiting(0), waitingId: null, owner: 'chicken-2/9f31', mine: false, ageMs: 12_000, overdue: false, ...changes,
});

const figures = (hour: number, called: number): ReportFigures => ({ called, entered: called - 3, completed: called - 4, noShow: 2, cancelled: 1, left: hour % 3, medianWaitS: 300 + 41 * hour, p90WaitS: 900 + 187 * hour });
const chicken: BoothReport = { boothId: 7, name: '치킨 부스', ...figures(14, 246), hours: Array.from({ length: 12 }, (_, index) => ({ hour: 10 + index, ...figures(10 + index, 8 + ((index * 7) % 23)) })), unreadable: [] };
const noBooth: ReportFigures = { called: 0, entered: 0, completed: 0, noShow: 0, cancelled: 0, left: null, medianWaitS: null, p90WaitS: null };

async function openReport(page: Page, report: Partial<ReportAnswer>): Promise<void> {
  await answer(page, 'report:read', ok({ date: '2026-11-25', today: '2026-11-25', booths: [chicken], ...report }));
  await page.getByTestId('sync').click();
  await page.getByTestId('open-report').click();
}

export const panelScenes: readonly Scene[] = [
  {
    name: 'panel',
    snapshot: running({
      booth: { ...busyBooth, setAside: 2 },
      stores: without('queue').map((store) =>
        store.role === 'ledger' ? { ...store, warnings: ['flush-log', 'zone-doubtful', 'password-not-kept'], clocksApart: [{ from: 'kiosk', seconds: 5_400 }, { from: 'queue', seconds: 6 }] } : { ...store, warnings: ['password-not-kept', 'foreign-locks'] },
      ),
      locks: [lock({ ageMs: 95_000, overdue: true }), lock({ kind: 'enter', mine: true, ageMs: 3_000, person: waiting(4), waitingId: 500 })],
    }),
    async act(page) {
      await page.getByTestId('sync').click();
      await page.getByTestId('reconcile').waitFor();
    },
  },
  {
    name: 'panel-calm',
    snapshot: running({ embedded: true, demoArrivals: true, stores: running().stores.map((store) => ({ ...store, server: 'embedded' })) }),
    async act(page) {
      await page.getByTestId('sync').click();
      await page.getByTestId('reconcile').click();
      await answer(page, 'kiosk:reconcile', ok(lastPass));
    },
  },
  {
    name: 'festival',
    snapshot: running({ monitoring: eventful, lastPass: { ...lastPass, recounted: 1, drift: 2, quarantined: 1, swept: 3, refilled: 31, expired: 2 } }),
    async act(page) {
      await page.getByTestId('sync').click();
      await page.getByTestId('festival').scrollIntoViewIfNeeded();
      await page.getByTestId('festival').evaluate((section) => section.scrollIntoView());
      await page.getByRole('dialog').evaluate((dialog) => dialog.scrollBy(0, -80));
    },
  },
  {
    name: 'incidents',
    snapshot: running({ monitoring: eventful }),
    async act(page) {
      await page.getByTestId('sync').click();
      await page.getByTestId('incident').last().evaluate((incident) => incident.scrollIntoView({ block: 'end' }));
    },
  },
  {
    name: 'alerts',
    snapshot: running({ monitoring: eventful, lastPass: { ...lastPass, recounted: 1, drift: 2, quarantined: 1, swept: 3, refilled: 31, expired: 2 } }),
    async act(page) {
      await page.getByTestId('sync').click();
      await page.getByTestId('reconcile').waitFor();
    },
  },
  {
    name: 'report',
    snapshot: running(),
    async act(page) {
      await openReport(page, {});
      await page.getByTestId('report-table').waitFor();
    },
  },
  {
    name: 'report-saved',
    snapshot: running(),
    async act(page) {
      await openReport(page, {});
      await answer(page, 'report:save', ok({ outcome: 'saved', file: '/home/booth/Documents/report-2026-11-25-booth-7.csv' }));
      await page.getByTestId('save-report').click();
      await page.getByTestId('report-saved').getByText('booth-7.csv').waitFor();
      await page.getByTestId('save-report').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'report-all',
    snapshot: running(),
    async act(page) {
      await openReport(page, {});
      await page.getByTestId('report-table').waitFor();
      await answer(page, 'report:read', ok({ date: '2026-11-25', today: '2026-11-25', booths: [chicken, { boothId: 8, name: '타로 점집', ...figures(9, 31), hours: [], unreadable: ['waiting 4711'] }, { boothId: 9, name: 'Photo studio of the engineering department', ...noBooth, hours: [], unreadable: [] }] }));
      await page.getByTestId('report-booth').selectOption('all');
      await page.getByTestId('report-table').getByText('4711').or(page.getByText('4711')).first().waitFor();
    },
  },
  {
    name: 'report-empty',
    snapshot: running(),
    async act(page) {
      await openReport(page, { booths: [{ boothId: 7, name: '치킨 부스', ...noBooth, left: 0, hours: [], unreadable: [] }] });
      await page.getByTestId('report-empty').waitFor();
    },
  },
];
