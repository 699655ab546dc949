/**
 * Pushes a new snapshot when what people see has changed: changes close together become one push, and none is made for
 * readings that only repeat what is shown.
 */
import type { Snapshot } from '../shared/snapshot.ts';

const COALESCE_MS = 25;
/** Clock and latency are refreshed this often though nothing else changed. */
const REFRESH_MS = 5_000;

interface SnapshotFeed {
  /** The present state, with the version it was (or is now) pushed under. */
  current(): Snapshot;
  changed(): void;
  listen(listener: (snapshot: Snapshot) => void): () => void;
  stop(): void;
}

/** @param view the present state without its version */
export function createSnapshotFeed(view: () => Omit<Snapshot, 'version'>): SnapshotFeed {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let version = 0;
  let shown = '';
  let timer: NodeJS.Timeout | null = null;

  const push = (): void => {
    timer = null;
    version++;
    const snapshot = { version, ...view() };
    shown = essence(snapshot);
    for (const listener of listeners) listener(snapshot);
  };
  const pushIfNew = (): void => {
    timer = null;
    if (essence(view()) !== shown) push();
  };
  const refresh = setInterval(push, REFRESH_MS);
  refresh.unref();

  return {
    current: () => ({ version, ...view() }),
    changed() {
      timer ??= setTimeout(pushIfNew, COALESCE_MS);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      clearInterval(refresh);
      if (timer !== null) clearTimeout(timer);
      listeners.clear();
    },
  };
}

const CLOCKWORK: ReadonlySet<string> = new Set(['version', 'now', 'latencyMs', 'queueReadAt', 'ledgerReadAt', 'ageMs']);

function essence(snapshot: Omit<Snapshot, 'version'>): string {
  return JSON.stringify(snapshot, (key, value: unknown) => (CLOCKWORK.has(key) ? undefined : value));
}
