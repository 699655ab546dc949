/** The morning: whom yesterday left behind. */
import type { LeftoverEntry } from '../../shared/channels.ts';
import { ok } from '../../shared/errors.ts';
import { answer, push } from './fake-bridge.ts';
import { busyBooth, called, NOW, running, waiting } from './sample-snapshots.ts';
import type { Scene } from './scene.ts';

const YESTERDAY_MS = 14 * 3_600_000;
const leftovers: readonly LeftoverEntry[] = [
  ...Array.from({ length: 6 }, (_, index) => ({ ...waiting(index), kind: 'waiting' as const, waitingId: null, at: NOW - YESTERDAY_MS - (40 - index) * 60_000 })),
  { ...called(0, 0), kind: 'called', at: NOW - YESTERDAY_MS },
  { ...called(1, 0), waitingId: 301, kind: 'inside', at: NOW - YESTERDAY_MS - 60_000 },
  { ...called(2, 0), waitingId: 302, kind: 'inside', at: NOW - 3 * YESTERDAY_MS },
];

export const leftoverScenes: readonly Scene[] = [
  { name: 'leftovers-banner', snapshot: running({ booth: { ...busyBooth, leftovers: { waiting: 50, called: 2, inside: 3 } } }) },
  {
    name: 'leftovers',
    snapshot: running({ booth: { ...busyBooth, leftovers: { waiting: 6, called: 1, inside: 2 } } }),
    async act(page) {
      await answer(page, 'booth:list-leftovers', ok({ entries: leftovers, before: NOW - 9 * 3_600_000 }));
      await page.getByTestId('open-leftovers').click();
      await page.getByTestId('clear-leftovers').waitFor();
    },
  },
  {
    name: 'leftovers-clearing',
    snapshot: running({ booth: { ...busyBooth, leftovers: { waiting: 6, called: 1, inside: 2 } } }),
    async act(page) {
      await answer(page, 'booth:list-leftovers', ok({ entries: leftovers, before: NOW - 9 * 3_600_000 }));
      await page.getByTestId('open-leftovers').click();
      await page.getByTestId('clear-leftovers').click();
      await push(page, { clearing: { boothId: 7, done: 3, total: 9 } });
      await page.getByTestId('leftovers-status').getByText('9').waitFor();
    },
  },
  {
    name: 'leftovers-stopped',
    snapshot: running({ booth: { ...busyBooth, leftovers: { waiting: 6, called: 1, inside: 2 } } }),
    async act(page) {
      await answer(page, 'booth:list-leftovers', ok({ entries: leftovers, before: NOW - 9 * 3_600_000 }));
      await page.getByTestId('open-leftovers').click();
      await answer(page, 'booth:clear-leftovers', ok({ cleared: 5, kept: 1, stopped: { code: 'QUEUE_STORE_UNREACHABLE', message: 'away' } }));
      await page.getByTestId('clear-leftovers').click();
      await page.getByTestId('leftovers-status').getByText('5').waitFor();
    },
  },
];
