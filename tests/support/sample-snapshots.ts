/** Boards for renderer tests and screenshots: plain values with names in many scripts. */
import { NO_SHOW_MS } from '../../shared/limits.ts';
import type { BoothView, MonitoringView, PassView, Person, PhaseView, Snapshot, StoreView, VisitEntry, WaitingEntry } from '../../shared/snapshot.ts';

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
  return { userId: 2000 + index, name: nameOf(index + 3), number: 4 + index, waitingId: 500 + index, calledAt: NOW - agoMs, enteredAt: null, noShowAt: NOW - agoMs + NO_SHOW_MS, recall: null, announced: null };
}

/** The visit of somebody called this very moment. */
export function calledNow({ userId, name, number }: Person, waitingId: number): VisitEntry {
  return { userId, name, number, waitingId, calledAt: NOW, enteredAt: null, noShowAt: NOW + NO_SHOW_MS, recall: null, announced: 'pending' };
}

/** Somebody inside for this many minutes. */
export function inside(index: number, minutes: number): VisitEntry {
  return { userId: 3000 + index, name: nameOf(index + 5), number: index % 4 === 2 ? null : 100 + index, waitingId: 300 + index, calledAt: NOW - (minutes + 2) * MINUTE, enteredAt: NOW - minutes * MINUTE, noShowAt: null, recall: null, announced: null };
}

/** A booth's phase, without reason and since when unless they are given. */
export const phaseOf = (phase: PhaseView['phase'], rest: Partial<PhaseView> = {}): PhaseView => ({ phase, reason: null, since: null, lastCall: false, dismissing: false, ...rest });

export const emptyBooth: BoothView = {
  id: 7, name: '치킨 부스', phase: phaseOf('open'), capacity: 20, inside: 0, current: 0, waitingTotal: 0, setAside: 0, lostQueue: null, leftovers: null, estimatedWaitMinutes: 0, waiting: [], called: [], insideList: [], queueReadAt: NOW, ledgerReadAt: NOW,
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

export const lastPass: PassView = {
  endedAt: NOW - 21_000, durationMs: 14, trigger: 'interval', lead: true, seen: 3, finished: 2, undone: 1, superseded: 0, quarantined: 0, kept: 0, recounted: 0, drift: 0, swept: 0, refilled: 0, expired: 0, problem: null,
};

/** A festival nobody has to worry about: nothing failed, nothing was lost. */
export const calm: MonitoringView = { lead: true, mirroredAt: NOW - 40_000, passes: [lastPass], settled: 3, failed: 0, alerts: [], incidents: [] };

/** One of many passes of many kiosks; some had work, few failed. */
function pass(index: number): PassView {
  const failed = index === 7 || index === 31;
  return { ...lastPass, endedAt: NOW - 11_000 - index * 10_000, durationMs: index === 31 ? 1_240 : 12 + ((index * 37) % 170), finished: index % 3 === 0 ? 2 : 0, undone: index % 9 === 0 ? 1 : 0, kept: failed ? 1 : 0, drift: index === 12 ? 2 : 0 };
}

/** An afternoon with everything that can be told of it. */
export const eventful: MonitoringView = {
  lead: false,
  mirroredAt: NOW - 40_000,
  passes: Array.from({ length: 60 }, (_, index) => pass(index)),
  settled: 47,
  failed: 2,
  alerts: [{ id: 'quarantine', level: 'warning' }, { id: 'settlements-failing', level: 'urgent' }],
  incidents: [
    { kind: 'refill', boothId: null, from: NOW - 18 * MINUTE + 5_000, to: NOW - 18 * MINUTE + 51_000, tickets: 31 },
    { kind: 'outage', boothId: 8, from: NOW - 95 * MINUTE, to: NOW - 61 * MINUTE, tickets: null },
    { kind: 'restored', boothId: 7, from: NOW - 190 * MINUTE, to: NOW - 190 * MINUTE, tickets: 1 },
    { kind: 'dropped', boothId: 4711, from: NOW - 26 * 60 * MINUTE, to: NOW - 26 * 60 * MINUTE, tickets: 1 },
  ],
};

/** Who may be at work, names of all lengths among them. */
export const STAFF_NAMES = [
  '김민지', '이서준', '박하은', 'Sora Kim', '최도윤', 'Alexandrina Konstantinopoulos-Featherston', '정지우', '남궁선우', '윤서아', 'محمد عبد الله', '한지민', '오세훈', '강예린', '조현우', '임수빈', '서강준', '황보라', '문채원', '배수지', '제갈공명과사마의와주유와노숙과육손과여몽과장소와고옹과보즐',
] as const;

/** A running kiosk on servers, everything in step. */
export function running(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    version: 1, phase: 'running', kioskId: 'chicken-1', language: 'en', embedded: false, demoArrivals: false, staff: { names: [], chosen: null }, sound: { announces: true, muted: false, volume: 80 }, scannerPrefix: '', timeZone: 'Asia/Seoul', now: NOW,
    booth: busyBooth, boothProblem: null, booths: [{ id: 7, name: '치킨 부스', phase: 'open' }, { id: 8, name: '타로 점집', phase: 'paused' }, { id: 9, name: 'Photo studio of the engineering department', phase: 'closed' }],
    stores: upStores, locks: [], clearing: null, pending: [], settled: [], reconciling: false,
    lastPass, monitoring: calm,
    ...changes,
  };
}

/** A kiosk that has not been set up. */
export function setup(changes: Partial<Snapshot> = {}): Snapshot {
  return running({ phase: 'setup', kioskId: 'kiosk-1', booth: null, booths: [], stores: [], lastPass: null, monitoring: { ...calm, mirroredAt: null, passes: [], settled: 0 }, ...changes });
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
