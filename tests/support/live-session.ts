/** A kiosk at work on real servers, without its channels: board, taps and reconciler in the test's hands, each store call on record. */
import { loadConfig } from '../../electron/config.ts';
import type { Ledger } from '../../electron/core/ledger.ts';
import type { QueueStore } from '../../electron/core/ports.ts';
import { openServers } from '../../electron/open-stores.ts';
import { NO_KEY_STORE } from '../../electron/secrets.ts';
import { type Session, startSession } from '../../electron/session.ts';
import type { BoothView, StoreView } from '../../shared/snapshot.ts';
import { faulty } from './fault.ts';
import { eventually } from './ports.ts';

export interface LiveSession extends Session {
  /** Names of the store methods called, in order. */
  readonly calls: { readonly queue: readonly string[]; readonly ledger: readonly string[] };
  /** Every state of a store the screen was told of, as "role state", in order. */
  readonly told: string[];
  booth(): BoothView | null;
  store(role: StoreView['role']): StoreView | undefined;
  becomes(role: StoreView['role'], state: StoreView['state']): Promise<boolean>;
  /** Nothing of any kiosk is open. */
  atRest(): Promise<boolean>;
}

const PATIENCE_MS = 20_000;

/** Resolves when the kiosk shows this many visitors with their names. */
export async function startLiveSession(redisUrl: string, mysqlUrl: string, visitors: number): Promise<LiveSession> {
  const config = loadConfig({ configFile: null, environment: { KIOSK_DATA_DIR: '/nonexistent' }, defaultDataDir: '/nonexistent', keyStore: NO_KEY_STORE });
  if (!config.ok) throw new Error(config.error.message);
  const logger = { log: () => undefined };
  const servers = openServers({ redisUrl, mysqlUrl }, config.value, logger);
  const queue = faulty<QueueStore>(servers.queue, 'QUEUE_STORE_UNREACHABLE');
  const ledger = faulty<Ledger>(servers.ledger, 'LEDGER_UNREACHABLE');
  const told: string[] = [];
  const session = startSession({ queue: queue.store, ledger: ledger.store }, config.value, {
    logger,
    chooseFile: async () => null,
    onChange: () => void told.push(...session.view().stores.map((store) => `${store.role} ${store.state}`)),
  });
  const booth = (): BoothView | null => session.view().booth;
  const store = (role: StoreView['role']): StoreView | undefined => session.view().stores.find((one) => one.role === role);
  await eventually('the queue with names', () => booth()?.waiting.length === visitors && booth()?.waiting.every((entry) => entry.name !== ''), PATIENCE_MS);
  return {
    ...session,
    calls: { queue: queue.calls, ledger: ledger.calls },
    told,
    booth,
    store,
    becomes: (role, state) => eventually(`${role} is ${state}`, () => store(role)?.state === state, PATIENCE_MS),
    atRest: () => eventually('nothing is open', () => session.view().pending.length === 0 && session.view().locks.length === 0, PATIENCE_MS),
  };
}
