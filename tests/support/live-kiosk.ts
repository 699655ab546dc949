/**
 * A running kiosk without a window, on real servers: its handlers are the taps, its snapshots the screen.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../electron/config.ts';
import { type Kiosk, createKiosk } from '../../electron/kiosk.ts';
import { NO_KEY_STORE } from '../../electron/secrets.ts';
import { type Result, ok } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';

export interface LiveKiosk extends Kiosk {
  /** The last snapshot pushed. */
  seen(): Snapshot | null;
  /** The first snapshot (present or to come) that fits; rejects after a generous while. */
  until(fits: (snapshot: Snapshot) => boolean, what: string): Promise<Snapshot>;
  readonly log: readonly string[];
}

const DEADLINE_MS = 20_000;

/** Starts a kiosk with these settings, as its environment would give them. Throws when it cannot start. */
export async function startLiveKiosk(environment: Readonly<Record<string, string>>, change: Partial<Config> = {}): Promise<LiveKiosk> {
  const kiosk = await openLiveKiosk(environment, change);
  if (!kiosk.ok) throw new Error(kiosk.error.message);
  return kiosk.value;
}

/** The same, with a refusal to start as a value. The data folder is a fresh one that goes with the kiosk, unless it is given. */
export async function openLiveKiosk(environment: Readonly<Record<string, string>>, change: Partial<Config> = {}): Promise<Result<LiveKiosk>> {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-live-'));
  const discard = (): void => rmSync(folder, { recursive: true, force: true });
  const config = loadConfig({ configFile: null, environment: { KIOSK_DATA_DIR: folder, ...environment }, defaultDataDir: folder, keyStore: NO_KEY_STORE });
  if (!config.ok) throw new Error(config.error.message);
  const log: string[] = [];
  const kiosk = await createKiosk({ ...config.value, ...change }, 'en', NO_KEY_STORE, { log: (level, event, fields) => void log.push(`${level} ${event} ${JSON.stringify(fields ?? {})}`) }, async () => null);
  if (!kiosk.ok) {
    discard();
    return kiosk;
  }
  let last: Snapshot | null = null;
  const waiters = new Set<(snapshot: Snapshot) => void>();
  kiosk.value.onSnapshot((snapshot) => {
    last = snapshot;
    for (const waiter of waiters) waiter(snapshot);
  });
  return ok({
    ...kiosk.value,
    log,
    seen: () => last,
    until(fits, what) {
      if (last !== null && fits(last)) return Promise.resolve(last);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          reject(new Error(`not seen on the screen: ${what}; last was ${JSON.stringify(last)}`));
        }, DEADLINE_MS);
        const waiter = (snapshot: Snapshot): void => {
          if (!fits(snapshot)) return;
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(snapshot);
        };
        waiters.add(waiter);
      });
    },
    async close() {
      await kiosk.value.close();
      discard();
    },
  });
}
