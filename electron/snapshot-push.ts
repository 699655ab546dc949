/**
 * Who gets which snapshot, and when. A screen gets the next one only after it took the last:
 * a busy or hanging screen costs no memory, and when it comes back it sees the present, not the past.
 */
import type { Snapshot } from '../shared/snapshot.ts';

interface SnapshotPush<Screen> {
  /** A new snapshot is there; older ones that were not sent yet are forgotten. */
  offer(snapshot: Snapshot): void;
  /** A screen can take a push; `fresh` when it has just begun to listen. */
  ready(screen: Screen, fresh: boolean): void;
  /** A screen is gone. */
  forget(screen: Screen): void;
}

/** `send` delivers to one screen and must not throw. */
export function createSnapshotPush<Screen>(send: (screen: Screen, snapshot: Snapshot) => void): SnapshotPush<Screen> {
  const screens = new Map<Screen, { idle: boolean; sent: Snapshot | null }>();
  let latest: Snapshot | null = null;

  const pushTo = (screen: Screen) => {
    const state = screens.get(screen);
    if (!state?.idle || latest === null || state.sent === latest) return;
    state.idle = false;
    state.sent = latest;
    send(screen, latest);
  };

  return {
    offer(snapshot) {
      latest = snapshot;
      for (const screen of screens.keys()) pushTo(screen);
    },
    ready(screen, fresh) {
      const known = screens.get(screen);
      screens.set(screen, { idle: true, sent: fresh ? null : (known?.sent ?? null) });
      pushTo(screen);
    },
    forget(screen) {
      screens.delete(screen);
    },
  };
}
