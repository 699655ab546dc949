/** A failing window is replaced with growing pauses, and not for ever. */
import { expect, it } from 'vitest';
import { afterFailure, HEALTHY_AFTER_MS, RECOVERY_PAUSES_MS, UNTROUBLED } from '../../electron/recovery.ts';

it('tries at once, then slower and slower, then gives up', () => {
  let state = UNTROUBLED;
  const pauses: (number | null)[] = [];
  for (let failure = 0; failure <= RECOVERY_PAUSES_MS.length; failure += 1) {
    const next = afterFailure(state, 1_000 * failure);
    pauses.push(next.pauseMs);
    state = next.state;
  }
  expect(pauses).toEqual([...RECOVERY_PAUSES_MS, null]);
  expect(pauses[0]).toBe(0);
});

it('starts again after a healthy while', () => {
  const first = afterFailure(UNTROUBLED, 0);
  const soon = afterFailure(first.state, HEALTHY_AFTER_MS);
  expect(soon.pauseMs).toBe(RECOVERY_PAUSES_MS[1]);
  const late = afterFailure(soon.state, 2 * HEALTHY_AFTER_MS + 1);
  expect(late.pauseMs).toBe(RECOVERY_PAUSES_MS[0]);
});
