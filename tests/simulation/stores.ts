/** The model stores of one history: the queue in memory, the ledger in an SQLite that never touches a disk, each with a clock of its own. */
import { createMemoryQueueStore } from '../../electron/stores/embedded/memory-queue-store.ts';
import { emptyQueueState, loseQueueData, type MemoryQueueState } from '../../electron/stores/embedded/memory-state.ts';
import { createSqliteLedger } from '../../electron/stores/embedded/sqlite-ledger.ts';
import { takeDatabase } from '../support/model-database.ts';
import type { Plan } from './plan.ts';

/** 2026-09-21, a plausible score in seconds. */
const START_MS = 1_790_000_000_000;

export interface Clocks {
  /** The time that passes for everybody, epoch ms. */
  nowMs: number;
  /** By how much each store's clock, and each kiosk's, is wrong. */
  readonly skewMs: Record<'queue' | 'ledger' | 'kiosks' | 'backend', number>;
}

export type Stores = ReturnType<typeof openStores>;

export function openStores({ capacities, visitors, hasStranger }: Plan) {
  const clocks: Clocks = { nowMs: START_MS, skewMs: { queue: 0, ledger: 0, kiosks: 0, backend: 0 } };
  const state = emptyQueueState();
  const db = takeDatabase();
  const queue = createMemoryQueueStore({ now: () => clocks.nowMs + clocks.skewMs.queue, state });
  const ledger = createSqliteLedger({ file: ':memory:', timeZone: 'Asia/Seoul', now: () => clocks.nowMs + clocks.skewMs.ledger, open: () => db });
  db.prepare("INSERT INTO university (name, domain, created_at, updated_at) VALUES ('Festival', 'festival.invalid', 0, 0)").run();
  const boothIds = capacities.map((capacity, index) =>
    Number(db.prepare("INSERT INTO booth (university_id, name, capacity, status, created_at, updated_at) VALUES (1, ?, ?, 'OPEN', 0, 0)").run(`Booth ${index}`, capacity).lastInsertRowid),
  );
  const addUser = db.prepare("INSERT INTO users (email, nickname, role, notification_enabled, created_at, updated_at) VALUES (?, ?, 'VISITOR', 1, 0, 0)");
  const appUsers = Array.from({ length: visitors }, (_, index) => Number(addUser.run(`app-${index}@festival.ac.kr`, `App ${index}`).lastInsertRowid));
  // Another program's queue entry may name a visitor whom the ledger has never heard of.
  if (hasStranger) appUsers.push(900);
  // As after a first pass: nobody has lost anything.
  state.mark = { epoch: 0, run: state.run };
  let files: MemoryQueueState[] = [];
  const copyOf = (of: MemoryQueueState): MemoryQueueState => structuredClone({ ...of, listeners: new Set<never>() });

  return {
    clocks,
    state,
    db,
    queue,
    ledger,
    boothIds,
    appUsers,
    /** As a server writes its file. */
    saveQueue(): void {
      files = [...files.slice(-2), copyOf(state)];
    },
    /** A server that starts again with one of its files; without any, or empty on purpose, with nothing. `sameRun`: emptied while it runs. */
    loseQueue(how: 'empty' | 'older' | 'same-run'): void {
      const { listeners, run } = state;
      const older = how === 'older' ? files.at(0) : undefined;
      if (older === undefined) loseQueueData(state);
      else Object.assign(state, copyOf(older), { listeners });
      state.run = how === 'same-run' ? run : run + 1;
    },
    hasFile: () => files.length > 0,
  };
}
