/**
 * When to replace a screen that crashed or hangs: at once the first time, then with growing pauses, and not for ever.
 */
export const RECOVERY_PAUSES_MS = [0, 500, 2_000, 5_000, 15_000] as const;
/** A screen that lived this long was sound; the next failure starts the count again. */
export const HEALTHY_AFTER_MS = 60_000;

interface RecoveryState {
  readonly attempts: number;
  /** When the last failure was, by a monotonic clock in ms. */
  readonly lastFailureMs: number;
}

export const UNTROUBLED: RecoveryState = { attempts: 0, lastFailureMs: 0 };

/** The pause before the next attempt, or null when the attempts are used up. */
export function afterFailure(state: RecoveryState, nowMs: number): { readonly state: RecoveryState; readonly pauseMs: number | null } {
  const attempts = nowMs - state.lastFailureMs > HEALTHY_AFTER_MS ? 0 : state.attempts;
  return { state: { attempts: attempts + 1, lastFailureMs: nowMs }, pauseMs: RECOVERY_PAUSES_MS[attempts] ?? null };
}
