/** What a history is made of, all decided by its seed: small booths and few visitors, so that everybody meets everybody. */
import { createDraw } from '../support/draw.ts';

export interface Plan {
  readonly seed: number;
  readonly kiosks: number;
  readonly capacities: readonly number[];
  /** Visitors of the app; the last one is unknown to the ledger where `hasStranger`. */
  readonly visitors: number;
  readonly hasStranger: boolean;
  readonly steps: number;
  /** How often a message meets a fault, from 0 to 1. */
  readonly messageFaults: number;
  /** How often processes die and stores lose data or go away, beside everything else that happens. */
  readonly disasters: number;
  readonly clocksJump: boolean;
  /** Another program that guards nothing works on the same stores. */
  readonly hasBackend: boolean;
  /** Booths are paused, closed and opened again, and leftovers cleared; where nobody does, there is more of everything else. */
  readonly hasSupervisor: boolean;
}

/** Of so many histories one is shared with a backend; in the others nothing is excused. */
export const BACKEND_EVERY = 3;

export function planOf(seed: number): Plan {
  const draw = createDraw(seed, 'plan');
  return {
    seed,
    kiosks: draw.whole(2, 3),
    capacities: Array.from({ length: draw.whole(1, 2) }, () => draw.whole(1, 3)),
    visitors: draw.whole(3, 6),
    hasStranger: draw.chance(0.15),
    steps: draw.whole(80, 320),
    messageFaults: draw.pick([0, 0.05, 0.15, 0.3]),
    disasters: draw.pick([0, 0.3, 1, 2]),
    clocksJump: draw.chance(0.3),
    hasBackend: seed % BACKEND_EVERY === 0,
    hasSupervisor: draw.chance(0.3),
  };
}
