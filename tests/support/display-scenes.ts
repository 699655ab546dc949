/** What visitors see of a booth, on a screen of their own. */
import { busyBooth, called, emptyBooth, NOW, phaseOf, running } from './sample-snapshots.ts';
import type { Scene } from './scene.ts';

export const displayScenes: readonly Scene[] = [
  { name: 'display', display: true, snapshot: running({ booth: { ...busyBooth, called: [...busyBooth.called, { ...called(3, 2_000), number: 128 }] } }) },
  { name: 'display-names', display: true, snapshot: running({ booth: { ...busyBooth, called: [0, 1, 2, 3].map((index) => ({ ...called(index, index * 9_000), number: null })) } }) },
  { name: 'display-starting', display: true, snapshot: running({ booth: null }) },
  { name: 'display-free', display: true, snapshot: running({ booth: emptyBooth }) },
  { name: 'display-nobody', display: true, snapshot: running({ booth: { ...busyBooth, called: [] } }) },
  { name: 'display-closed', display: true, snapshot: running({ booth: { ...busyBooth, phase: phaseOf('closed'), called: [called(0, 20_000)] } }) },
  { name: 'display-over', display: true, snapshot: running({ booth: { ...emptyBooth, phase: phaseOf('closed') } }) },
  { name: 'display-paused', display: true, snapshot: running({ booth: { ...busyBooth, phase: phaseOf('paused', { reason: '재료 준비' }) } }) },
  { name: 'display-last-call', display: true, snapshot: running({ booth: { ...busyBooth, phase: phaseOf('last-call', { lastCall: true }) } }) },
  { name: 'display-stale', display: true, snapshot: running({ booth: { ...busyBooth, queueReadAt: NOW - 18 * 60_000 } }) },
];
