/** What staff made of the booth, and the sheet where they do. */
import { fail } from '../../shared/errors.ts';
import { settle } from './action-page.ts';
import { answer } from './fake-bridge.ts';
import { busyBooth, called, emptyBooth, fullBooth, NOW, phaseOf, running } from './sample-snapshots.ts';
import type { Scene } from './scene.ts';

export const phaseScenes: readonly Scene[] = [
  { name: 'closed', snapshot: running({ booth: { ...fullBooth, phase: phaseOf('closed'), waitingTotal: 0, waiting: [], called: [called(0, 20_000)] } }) },
  { name: 'dismissing', snapshot: running({ booth: { ...fullBooth, phase: phaseOf('closed', { reason: '재료 소진', since: NOW - 5_000, dismissing: true }) } }) },
  { name: 'last-call', snapshot: running({ booth: { ...busyBooth, phase: phaseOf('last-call', { since: NOW - 9 * 60_000, lastCall: true }) } }) },
  { name: 'paused', snapshot: running({ booth: { ...busyBooth, phase: phaseOf('paused', { reason: '재료 준비', since: NOW - 12 * 60_000 }) } }) },
  { name: 'booth-picker', snapshot: running({ booth: { ...busyBooth, phase: phaseOf('last-call', { lastCall: true }) } }), act: (page) => page.locator('.booth-title .icon-button').click() },
  { name: 'phase-sheet', snapshot: running(), act: (page) => page.getByTestId('phase').click() },
  {
    name: 'phase-sheet-paused',
    snapshot: running({ booth: { ...busyBooth, phase: phaseOf('paused', { reason: 'Waiting for the gas bottle that the student council brings', since: NOW - 12 * 60_000 }) } }),
    act: (page) => page.getByTestId('phase').click(),
  },
  {
    name: 'phase-sheet-closed',
    snapshot: running({ booth: { ...emptyBooth, phase: phaseOf('closed', { reason: '재료 소진', since: NOW - 60_000 }) } }),
    act: (page) => page.getByTestId('phase').click(),
  },
  {
    name: 'phase-sheet-refused',
    snapshot: running({ booth: emptyBooth }),
    async act(page) {
      await page.getByTestId('phase').click();
      await settle(page);
      await page.getByTestId('phase-close').click();
      await answer(page, 'booth:set-status', fail('OUTCOME_UNKNOWN', 'lost'));
      await page.getByRole('alert').filter({ hasText: /./ }).first().waitFor();
    },
  },
  {
    name: 'phase-pause',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('phase').click();
      await settle(page);
      await page.getByTestId('phase-pause').click();
    },
  },
  {
    name: 'phase-close',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('phase').click();
      await settle(page);
      await page.getByTestId('phase-close').click();
      await settle(page);
      await page.getByTestId('reason-confirm').click();
    },
  },
];
