/**
 * Notices screens that hang: a screen takes what it was sent and says so. Electron itself notices only while somebody touches them.
 */

/** A screen that drew a thousand visitors on the slowest machine has long taken it. */
export const HUNG_AFTER_MS = 15_000;

interface HangWatch<Screen> {
  /** Something was sent to a screen. */
  sent(screen: Screen): void;
  /** The screen has taken it, or is gone. */
  took(screen: Screen): void;
  stop(): void;
}

/** `onHung` is called once for each thing sent that was not taken in time. */
export function createHangWatch<Screen>(onHung: (screen: Screen) => void): HangWatch<Screen> {
  const timers = new Map<Screen, NodeJS.Timeout>();
  const took = (screen: Screen): void => {
    clearTimeout(timers.get(screen));
    timers.delete(screen);
  };
  return {
    sent(screen) {
      took(screen);
      const timer = setTimeout(() => {
        timers.delete(screen);
        onHung(screen);
      }, HUNG_AFTER_MS);
      timers.set(screen, timer.unref());
    },
    took,
    stop() {
      for (const screen of [...timers.keys()]) took(screen);
    },
  };
}
