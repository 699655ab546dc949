/** Boards for renderer tests and screenshots: plain values with names in many scripts. */
import type { BoothView, PassView, Snapshot, StoreView, VisitEntry, WaitingEntry } from '../../shared/snapshot.ts';

/** The history store's clock of every sample: a festival afternoon in Seoul. */
export const NOW = Date.UTC(2026, 9, 16, 5, 20, 0);
const MINUTE = 60_000;
const NAMES = [
  '김민지', '이서준', 'Sora Kim', '박하은', 'محمد عبد الله الحسيني', 'Jun', '최도윤', 'Anne-Marie Villeneuve-Castellanos of the Northern Isles', '정지우', '남궁선우', 'Tae', '윤서아',
] as const;
const nameOf = (index: number): string => NAMES[index % NAMES.length] ?? '';

export const upStores: readonly StoreView[] = [
  { role: 'queue', server: 'Redis 7.0.15', state: 'up', since: NOW - 3_600_000, latencyMs: 3.4, problem: null, warnings: [], clocksApart: [] },
  { role: 'ledger', server: 'MariaDB 10.11.14', state: 'up', since: NOW - 3_600_000, latencyMs: 5.8, problem: null, warnings: [], clocksApart: [] },
];

/** Somebody in the queue. */
export function waiting(index: number): WaitingEntry {
  return { userId: 1000 + index, name: nameOf(index), number: index % 5 === 3 ? null : 12 + index, position: index + 1, registeredAt: NOW - (40 - index) * MINUTE };
}

/** Somebody called this long ago. */
export function called(index: number, agoMs: number): VisitEntry {
  return { userId: 2000 + index, name: nameOf(index + 3), number: 4 + index, waitingId: 500 + index, calledAt: NOW - agoMs, enteredAt: null };
}

/** Somebody inside for this many minutes. */
export function inside(index: number, minutes: number): VisitEntry {
  return { userId: 3000 + index, name: nameOf(index + 5), number: index % 4 === 2 ? null : 100 + index, waitingId: 300 + index, calledAt: NOW - (minutes + 2) * MINUTE, enteredAt: NOW - minutes * MINUTE };
}

export const emptyBooth: BoothView = {
  id: 7, name: '치킨 부스', status: 'OPEN', capacity: 20, inside: 0, current: 0, waitingTotal: 0, setAside: 0, lostQueue: null, estimatedWaitMinutes: 0, waiting: [], called: [], insideList: [], queueReadAt: NOW, ledgerReadAt: NOW,
};

const stays = [41, 33, 28, 24, 19, 17, 14, 11, 8, 5, 3, 1];

export const busyBooth: BoothView = {
  ...emptyBooth,
  inside: 12,
  current: 12,
  waitingTotal: 57,
  estimatedWaitMinutes: 18,
  waiting: Array.from({ length: 40 }, (_, index) => waiting(index)),
  called: [called(0, 5 * MINUTE + 72_000), called(1, 4 * MINUTE + 19_000), called(2, 53_000)],
  insideList: stays.map((minutes, index) => inside(index, minutes)),
};

export const fullBooth: BoothView = {
  ...busyBooth,
  inside: 17,
  current: 17,
  insideList: Array.from({ length: 17 }, (_, index) => inside(index, 50 - 2 * index)),
};

export const lastPass: PassView = { endedAt: NOW - 21_000, durationMs: 14, trigger: 'interval', seen: 3, finished: 2, undone: 1, superseded: 0, kept: 0, recounted: 0, problem: null };

/** A running kiosk on servers, everything in step. */
export function running(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    version: 1, phase: 'running', kioskId: 'chicken-1', language: 'en', embedded: false, demoArrivals: false, timeZone: 'Asia/Seoul', now: NOW,
    booth: busyBooth, boothProblem: null, booths: [{ id: 7, name: '치킨 부스', status: 'OPEN' }, { id: 8, name: '타로 점집', status: 'OPEN' }, { id: 9, name: 'Photo studio of the engineering department', status: 'CLOSED' }],
    stores: upStores, locks: [], pending: [], settled: [], reconciling: false,
    lastPass,
    ...changes,
  };
}

/** A kiosk that has not been set up. */
export function setup(changes: Partial<Snapshot> = {}): Snapshot {
  return running({ phase: 'setup', kioskId: 'kiosk-1', booth: null, booths: [], stores: [], lastPass: null, ...changes });
}

/** The servers, with one of them away since 14:02 in Seoul. */
export function without(...roles: readonly StoreView['role'][]): readonly StoreView[] {
  return upStores.map((store) =>
    roles.includes(store.role)
      ? {
          ...store,
          state: 'down' as const,
          since: NOW - 18 * MINUTE,
          latencyMs: null,
          problem: { code: store.role === 'queue' ? ('QUEUE_STORE_UNREACHABLE' as const) : ('LEDGER_UNREACHABLE' as const), message: `connect ECONNREFUSED 10.0.0.5:${store.role === 'queue' ? 6379 : 3306}` },
        }
      : store,
  );
}
