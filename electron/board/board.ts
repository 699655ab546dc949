/**
 * The live reading of one booth: both stores polled every second by loops of their own (one that hangs does not delay the other),
 * and at once when a kiosk anywhere changes the booth. Keeps the last good reading when a store is away.
 */
import type { BoothView, LockView, Person, StoreView } from '../../shared/snapshot.ts';
import type { AppError } from '../../shared/errors.ts';
import { type CallingBooth, callingBooth } from '../core/call-next.ts';
import { estimatedWaitMinutes, measuredMinutesPerPlace, RATE_CALLS_MS } from '../core/estimate.ts';
import { overdueVisits } from '../core/no-shows.ts';
import { isVerified } from '../core/refill.ts';
import type { BoothHistory, BoothRow, Ledger, VisitRow } from '../core/ledger.ts';
import type { OpenLocks, QueueMark, QueueStore, QueueView, SoftLock } from '../core/ports.ts';
import { BOARD_WAITING_LIMIT } from '../../shared/limits.ts';
import { boothView, lockView } from './booth-view.ts';
import { createClocks } from './clocks.ts';
import type { Heard } from './hearing.ts';
import { createPeople } from './people.ts';
import { type PollLoop, startPollLoop } from './poll-loop.ts';
import { createStoreHealth } from './store-health.ts';
import { zoneDoubt } from './zone-doubt.ts';

/** Changes by other programs must show within two seconds. */
const POLL_MS = 1_000;
const LOCKS_SHOWN = 100;
/** The list of booths changes rarely. */
const BOOTH_LIST_EVERY_MS = 10_000;
/** An average over an hour changes slowly. */
const RATE_EVERY_MS = 30_000;
/** More calls than a booth makes in two hours. */
const CALLS_READ = 2_000;
/** Settings of the queue's server may be changed, and other programs appear, while it runs. */
const DESCRIBE_QUEUE_EVERY_MS = 60_000;

interface BoardOptions {
  readonly queue: Heard<QueueStore>;
  readonly ledger: Heard<Ledger>;
  readonly owner: string;
  readonly boothId: number | null;
  /** Null: nobody counts as absent by time. */
  readonly noShowMs: number | null;
  /** From the ledger's clock now: whoever came before that instant is left over from an earlier day. */
  readonly leftoverBefore: (nowMs: number) => number;
  /** Whether nobody but this kiosk may be expected to end this lock. */
  readonly isDue: (lock: SoftLock, open: OpenLocks) => boolean;
  readonly onChange: () => void;
  /** A store answers again. */
  readonly onStoreUp: () => void;
  /** Locks to be settled, visitors who did not come in time, or a queue store that may have lost something were seen. */
  readonly onWorkDue: () => void;
}

export interface Board {
  select(boothId: number): void;
  selected(): number | null;
  booth(): BoothView | null;
  boothMissing(): boolean;
  booths(): readonly BoothRow[];
  locks(): readonly LockView[];
  stores(): readonly StoreView[];
  /** Why an action needing these stores cannot begin now, known without asking them. */
  refusal(needs: 'ledger' | 'both'): AppError | null;
  /** The ledger's clock now, as far as known. */
  nowMs(): number;
  person(userId: number): Person;
  /** Names of users at a booth, asked of the ledger where they are not known. Throws StoreFailure. */
  people(boothId: number, userIds: readonly number[]): Promise<(userId: number) => Person>;
  remember(person: Person): void;
  visit(waitingId: number): VisitRow | null;
  /** The booth as last read, null when it is not the booth on the board. */
  calling(boothId: number): CallingBooth | null;
  /** Minutes until somebody with `ahead` visitors before them is called. */
  estimatedWait(ahead: number): number;
  /** A person has read that the queue was lost. */
  noteLostQueue(): void;
  /** Reads both stores now; one that failed has its turn later. */
  poke(): void;
  /** Reads both stores now, whatever happened before: a person asks for it. Resolves when both were read, or did not answer. */
  retry(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts reading. */
export function startBoard(options: BoardOptions): Board {
  const { onChange } = options;
  const { store: queue } = options.queue;
  const { store: ledger } = options.ledger;
  let selected = options.boothId;
  let history: BoothHistory | null = null;
  let historyAtMs = 0;
  let missing = false;
  let minutesPerPlace: number | null = null;
  let rateAtMs = -Infinity;
  let booths: readonly BoothRow[] = [];
  let boothsAtMs = -Infinity;
  let queueView: QueueView | null = null;
  let queueReadAt: number | null = null;
  let lostQueue: BoothView['lostQueue'] = null;
  let locks: OpenLocks = { locks: [], unreadable: [], nowMs: 0, silentMs: new Map() };
  let prepared = false;
  let zoneDoubtful = false;
  let queueDescribedAtMs = -Infinity;

  const clocks = createClocks();
  const people = createPeople(ledger, () => performance.now());
  const ledgerHealth = createStoreHealth('ledger', options.ledger.lastAnswerMs, onChange, options.onStoreUp);
  const queueHealth = createStoreHealth('queue', options.queue.lastAnswerMs, onChange, options.onStoreUp);
  const nowMs = () => (history === null ? Date.now() : Math.round(history.nowMs + performance.now() - historyAtMs));

  const readLedger = async (): Promise<boolean> => {
    if (!prepared) {
      const description = await ledgerHealth.watch(() => ledger.prepare());
      if (description === null) return false;
      prepared = true;
      zoneDoubtful = false;
      ledgerHealth.describe(description);
    }
    if (performance.now() - boothsAtMs > BOOTH_LIST_EVERY_MS) {
      const list = await ledgerHealth.watch(() => ledger.listBooths());
      if (list === null) return false;
      booths = list;
      boothsAtMs = performance.now();
      if (selected === null && list[0] !== undefined) {
        selected = list[0].boothId;
        queueLoop.poke();
      }
    }
    const boothId = selected;
    if (boothId === null) {
      onChange();
      return true;
    }
    // An object keeps "no answer" apart from "no such booth".
    const read = await ledgerHealth.watch(async () => ({ history: await clocks.measure('ledger', () => ledger.readBooth(boothId), (answer) => answer?.nowMs ?? null) }));
    if (read === null) {
      // The server that comes back may be another one, with another schema.
      prepared = false;
      clocks.forget('ledger');
      return false;
    }
    if (boothId !== selected) return true;
    if (read.history !== null && zoneDoubt(history, read.history) !== null) zoneDoubtful = true;
    history = read.history;
    historyAtMs = performance.now();
    missing = history === null;
    if (history !== null && overdueVisits(history, options.noShowMs).length > 0) options.onWorkDue();
    if (history !== null && performance.now() - rateAtMs > RATE_EVERY_MS && !(await readRate(history))) return false;
    for (const visit of history?.live ?? []) people.remember({ userId: visit.userId, name: visit.name, number: visit.number });
    const named = await ledgerHealth.watch(() => people.load(boothId, peopleWanted()));
    onChange();
    return named !== null;
  };

  const readRate = async ({ booth: { boothId }, nowMs: toMs }: BoothHistory): Promise<boolean> => {
    const read = await ledgerHealth.watch(() => ledger.readCalled({ boothId, fromMs: toMs - RATE_CALLS_MS, toMs: toMs + 1, afterId: 0 }, CALLS_READ));
    if (read === null) return false;
    if (boothId !== selected) return true;
    minutesPerPlace = measuredMinutesPerPlace(read.visits, toMs);
    rateAtMs = performance.now();
    return true;
  };

  /** What only a reader at work sees. Locks that nobody here can act on are left to a person, who must know of them. */
  const noticed = () => ({ queue: locks.unreadable.length > 0 ? ['unreadable-locks'] : [], ledger: zoneDoubtful ? ['zone-doubtful'] : [] });

  const peopleWanted = (): readonly number[] => {
    const users = (queueView?.entries ?? []).flatMap((entry) => (entry.userId === null ? [] : [entry.userId]));
    return [...new Set([...users, ...locks.locks.map((lock) => lock.userId)])];
  };

  /** A kiosk that cannot reach the ledger settles nothing and must not lead: it says nothing, so that others do it. */
  const isOfUse = (): boolean => ledgerHealth.refusal() === null;

  const readQueue = async (): Promise<boolean> => {
    if (performance.now() - queueDescribedAtMs > DESCRIBE_QUEUE_EVERY_MS) {
      const description = await queueHealth.watch(() => queue.describe());
      if (description === null) return false;
      queueDescribedAtMs = performance.now();
      queueHealth.describe(description);
    }
    const boothId = selected;
    if (boothId === null) return true;
    const both = () => Promise.all([queue.readQueue(boothId, BOARD_WAITING_LIMIT), queue.readLocks(LOCKS_SHOWN), queue.readMark(), isOfUse() ? queue.beat(options.owner) : undefined]);
    const read = await queueHealth.watch(() => clocks.measure('queue', both, ([, { nowMs: queueNowMs }]) => queueNowMs));
    if (read === null) {
      // The server that comes back may be another one, with other settings.
      queueDescribedAtMs = -Infinity;
      clocks.forget('queue');
      return false;
    }
    if (boothId !== selected) return true;
    const before = queueView;
    let mark: QueueMark;
    [queueView, locks, mark] = read;
    // Every kiosk's change raises the version: a lower one means that the store was emptied or set back.
    if (before !== null && queueView.version < before.version) lostQueue = { waitingBefore: before.total };
    queueReadAt = nowMs();
    if (!people.knows(peopleWanted())) ledgerLoop.poke();
    // Whoever leads has to see at once that the store was replaced: its own connection may have healed unnoticed.
    if (locks.locks.some((lock) => options.isDue(lock, locks)) || !isVerified(mark, history?.epoch ?? 0)) options.onWorkDue();
    onChange();
    return true;
  };

  const ledgerLoop: PollLoop = startPollLoop(readLedger, POLL_MS);
  const queueLoop = startPollLoop(readQueue, POLL_MS);
  const poke = (): void => {
    ledgerLoop.poke();
    queueLoop.poke();
  };
  const stopListening = queue.onChange((boothId) => {
    if (boothId === selected) poke();
  });

  return {
    select(boothId) {
      selected = boothId;
      history = null;
      queueView = null;
      queueReadAt = null;
      lostQueue = null;
      missing = false;
      minutesPerPlace = null;
      rateAtMs = -Infinity;
      people.forgetAll();
      onChange();
      poke();
    },
    selected: () => selected,
    booth: () => (history === null ? null : boothView({ history, noShowMs: options.noShowMs, queue: queueView, queueReadAt, ledgerReadAt: history.nowMs, lostQueue, leftoverBefore: options.leftoverBefore(nowMs()), minutesPerPlace }, people.get)),
    boothMissing: () => missing,
    booths: () => booths,
    locks: () => locks.locks.map((lock) => lockView(lock, locks.nowMs, options.owner, people.get)),
    stores: () => [queueHealth, ledgerHealth].map((health) => ({ ...warned(health.view(), noticed()), clocksApart: clocks.apart(health.view().role) })),
    refusal: (needs) => ledgerHealth.refusal() ?? (needs === 'both' ? queueHealth.refusal() : null),
    nowMs,
    person: people.get,
    async people(boothId, userIds) {
      if (boothId === selected) {
        await people.load(boothId, userIds);
        return people.get;
      }
      const known = new Map((await ledger.readPeople(boothId, userIds)).map((person) => [person.userId, person]));
      return (userId) => known.get(userId) ?? { userId, name: '', number: null };
    },
    remember: people.remember,
    visit: (waitingId) => history?.live.find((visit) => visit.waitingId === waitingId) ?? null,
    calling: (boothId) => (history?.booth.boothId === boothId ? callingBooth(history) : null),
    estimatedWait: (ahead) => estimatedWaitMinutes(ahead, history?.booth.capacity ?? 1, minutesPerPlace),
    noteLostQueue() {
      lostQueue = null;
      onChange();
    },
    poke,
    async retry() {
      await Promise.all([ledgerLoop.now(), queueLoop.now()]);
    },
    async stop() {
      stopListening();
      await Promise.all([ledgerLoop.stop(), queueLoop.stop()]);
      // Gone in good order: nobody has to wait for this process to fall silent.
      await queue.endBeat(options.owner).catch(() => undefined);
    },
  };
}

function warned<V extends Pick<StoreView, 'role' | 'warnings'>>(view: V, noticed: Readonly<Record<StoreView['role'], readonly string[]>>): V {
  return { ...view, warnings: [...new Set([...view.warnings, ...noticed[view.role]])] };
}
