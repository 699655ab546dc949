/** The supervisor's panel. */
import { ok } from '../../shared/errors.ts';
import type { LockView } from '../../shared/snapshot.ts';
import { answer } from './fake-bridge.ts';
import { busyBooth, eventful, lastPass, running, waiting, without } from './sample-snapshots.ts';
import type { Scene } from './scene.ts';

const lock = (changes: Partial<LockView>): LockView => ({
  operationId: crypto.randomUUID(), kind: 'call', boothId: 7, person: waiting(0), waitingId: null, owner: 'chicken-2/9f31', mine: false, ageMs: 12_000, overdue: false, ...changes,
});

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
];
