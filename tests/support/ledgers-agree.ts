/**
 * The same random commands to two ledgers: every answer and, at the end, every row must be equal. Their clocks differ, so of times only
 * whether there is one counts, and nothing asked here turns on how long ago something was; nor do the ids of visits need to be the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { PHASE_CHANGES } from '../../shared/snapshot.ts';
import type { CommitResult, EventOf, Ledger, TraceRecord } from '../../electron/core/ledger.ts';
import { StoreFailure, type SoftLock } from '../../electron/core/ports.ts';
import { isRestoreKind, ticketKey, VISIT_TRANSITIONS, type Ticket, type VisitKind } from '../../electron/core/waiting.ts';
import { type LedgerWorld, lockOf } from '../contracts/ledger-stage.ts';
import { QUIET_PASS } from './ledger-tour.ts';
import { createDraw } from './draw.ts';

const VISIT_KINDS = Object.keys(VISIT_TRANSITIONS) as readonly VisitKind[];
const CAPACITIES = [1, 2, 4];
const USERS = 5;
/** Far from the times at which the rows of other programs say they were registered. */
const SCORES = [1_763_800_000, 1_763_800_000.001, 1_763_800_000.123_456_7, 1_763_800_001, 1_763_800_002.5, 1_763_800_003, 1_763_800_004];
const LATEST_SCORE = Math.max(...SCORES);
const OWNERS = ['kiosk-1/a', 'kiosk-2/b'];
const MINUTE_MS = 60_000;
/** Later than any time here, and earlier than a date column's last. */
const FAR_MS = 2_000_000_000_000;
/** Longer than any list here can get. */
const ALL = 1_000;

/** A ledger, and which of its visits is the first, the second… of the run. */
interface Side {
  readonly world: LedgerWorld;
  readonly visits: number[];
}

type Command = (side: Side) => Promise<unknown>;

export interface Agreement {
  readonly commands: number;
  /** How often each was sent. */
  readonly counts: Readonly<Record<string, number>>;
  /** How often commits ended how. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The first difference, in words; null when there was none. */
  readonly difference: string | null;
}

/** Plays `steps` commands. The worlds must be new: the first booth and user of each get the same ids. */
export async function compareLedgers(seed: number, steps: number, worlds: readonly [LedgerWorld, LedgerWorld]): Promise<Agreement> {
  const draw = createDraw(seed, 'ledgers');
  const sides = worlds.map((world): Side => ({ world, visits: [] })) as [Side, Side];
  const [first] = sides;
  const booths = await plantAll(sides, CAPACITIES.map((capacity) => ({ world }: Side) => world.addBooth({ capacity })));
  const users = await plantAll(sides, Array.from({ length: USERS }, (_, index) => ({ world }: Side) => world.addUser(`User ${index}`)));
  // As at a kiosk's start: a booth that is new since has its generation made by the first tap, which is told to try again.
  for (const { world } of sides) await world.ledger().prepare();
  const tickets: Ticket[] = [];
  const locks: { readonly lock: SoftLock; readonly visit: number | null }[] = [];
  const walkIns: string[] = [];
  const claimed = new Set<EventOf>();
  const counts: Record<string, number> = {};
  const outcomes: Record<string, number> = {};

  const anyTicket = (): Ticket => ({ boothId: draw.pick(booths), userId: draw.pick(users), score: draw.pick(SCORES) });
  const knownTicket = (): Ticket => (tickets.length > 0 && draw.chance(0.9) ? draw.pick(tickets) : anyTicket());
  const anyVisit = (): number => draw.whole(Math.max(0, first.visits.length - 8), Math.max(0, first.visits.length - 1));
  const note = () => draw.pick([{ staff: null, reason: null, overCapacity: false }, { staff: 'Minji', reason: '2 people', overCapacity: true }, { staff: '하늘', reason: null, overCapacity: false }]);
  const off = (): number => (draw.chance(0.85) ? 0 : draw.pick([-1, 1]));

  const kinds: Readonly<Record<string, readonly [weight: number, make: () => Promise<Command>]>> = {
    register: [8, async () => {
      const ticket = anyTicket();
      tickets.push(ticket);
      return commit(await ticketLock('join', ticket), null);
    }],
    call: [12, async () => commit(await ticketLock('call', knownTicket()), null)],
    leave: [3, async () => commit(await ticketLock('leave', knownTicket()), null)],
    dismiss: [4, async () => commit(await ticketLock('dismiss', knownTicket()), null)],
    act: [26, async () => {
      const visit = anyVisit();
      const row = first.visits.length === 0 ? null : await first.world.ledger().readVisit(first.visits[visit] ?? 0);
      if (row === null) return commit(await ticketLock('call', knownTicket()), null);
      // Mostly what the visit allows, so that it goes somewhere; and now and then anything.
      const fitting = VISIT_KINDS.filter((kind) => VISIT_TRANSITIONS[kind].from === row.status);
      const kind = draw.pick(draw.chance(0.85) ? fitting : VISIT_KINDS);
      const returnScore = isRestoreKind(kind) ? draw.pick([row.score ?? row.registeredScore, draw.pick(SCORES)]) : null;
      return commit(lockOf(kind, row.boothId, row.userId, { score: row.score, returnScore: row.score === null && returnScore !== null ? draw.pick(SCORES) : returnScore, generation: Math.max(0, row.revision + off()), owner: draw.pick(OWNERS), note: note() }), visit);
    }],
    'commit again': [6, async () => {
      const known = locks.at(-1 - draw.whole(0, 9));
      return known === undefined ? read() : commit(known.lock, known.visit);
    }],
    settle: [8, async () => {
      const known = locks.at(-1 - draw.whole(0, 9));
      const lock = known?.lock ?? (await ticketLock('call', knownTicket()));
      return (side) => side.world.ledger().settleVerdict(onSide(lock, known?.visit ?? null, side));
    }],
    'settle, never sent': [3, async () => {
      const lock = await ticketLock(draw.pick(['call', 'join', 'leave', 'dismiss'] as const), knownTicket());
      locks.push({ lock, visit: null });
      return (side) => side.world.ledger().settleVerdict(lock);
    }],
    'ask again': [5, async () => {
      const some = [draw.pick(locks), draw.pick(locks)];
      const kind = some[0]?.lock.kind ?? 'call';
      const visit = some[0]?.visit ?? null;
      return (side) => side.world.ledger().findCommitted(visit === null ? { kind: kind as 'call' } : { kind: kind as VisitKind, waitingId: side.visits[visit] ?? 0 }, some.map(({ lock }) => lock.operationId));
    }],
    'add a walk-in': [2, async () => {
      const [operationId, booth, name] = [walkIns.length > 0 && draw.chance(0.3) ? draw.pick(walkIns) : crypto.randomUUID(), draw.pick([...booths, 9_999]), draw.pick(['Minji', '김하늘', 'محمد'])];
      walkIns.push(operationId);
      return (side) => side.world.ledger().addWalkIn(operationId, booth, name);
    }],
    mirror: [5, async () => {
      const { epoch } = await first.world.ledger().readMirror();
      const [booth, ahead, readAgoMs] = [draw.pick(booths), draw.pick([0, 1, 1]), draw.pick([-MINUTE_MS, MINUTE_MS])];
      const ofBooth = (list: readonly Ticket[]): readonly Ticket[] => list.map((ticket) => ({ ...ticket, boothId: booth }));
      const [arrived, gone] = [ofBooth(Array.from({ length: draw.whole(0, 2) }, anyTicket)), ofBooth(Array.from({ length: draw.whole(0, 2) }, knownTicket))];
      tickets.push(...arrived);
      return async ({ world }) => {
        const { nowMs } = await world.ledger().readMirror();
        return world.ledger().writeMirror({ boothId: booth, epoch: Math.max(1, epoch + ahead), arrived: distinct(arrived), gone: distinct(gone), readAtMs: nowMs - readAgoMs });
      };
    }],
    'end of a mirror pass': [1, async () => {
      const { epoch } = await first.world.ledger().readMirror();
      const ended = epoch + draw.pick([0, 1]);
      return ({ world }) => world.ledger().noteMirror(ended);
    }],
    'drop a ticket': [1, async () => {
      const ticket = knownTicket();
      return ({ world }) => world.ledger().dropTicket(ticket);
    }],
    'keep a ticket': [1, async () => {
      const ticket = knownTicket();
      return ({ world }) => world.ledger().keepTicket(ticket);
    }],
    tell: [5, async () => {
      const visit = anyVisit();
      if (first.visits.length === 0 || claimed.has(visit)) return read();
      claimed.add(visit);
      return tell(({ visits }) => visits[visit] ?? 0);
    }],
    'tell who was dismissed': [3, async () => {
      const one = locks.find(({ lock }) => lock.kind === 'dismiss' && !claimed.has(lock.operationId))?.lock.operationId;
      if (one === undefined) return read();
      claimed.add(one);
      return tell(() => one);
    }],
    'change a booth': [5, async () => {
      const { staff, reason } = note();
      const change = {
        boothId: draw.pick([...booths, ...booths, 9_999]),
        // Mostly open, or little would be committed any more.
        change: draw.chance(0.4) ? ('open' as const) : draw.pick(PHASE_CHANGES),
        operationId: crypto.randomUUID(), staff, reason, waiting: draw.pick([null, 2]), owner: draw.pick(OWNERS),
      };
      return ({ world }) => world.ledger().changeBooth(change);
    }],
    'after a change': [3, async () => {
      const booth = draw.pick(booths);
      const { dismissedBy } = (await first.world.ledger().readBooth(booth))?.booth ?? { dismissedBy: null };
      const closing = dismissedBy === null || draw.chance(0.2) ? crypto.randomUUID() : dismissedBy;
      const isEnd = draw.chance(0.4);
      return ({ world }) => (isEnd ? world.ledger().endDismissal(booth, closing) : world.ledger().forgetOvertaken(booth));
    }],
    'write for people': [2, async () => {
      const { lock, visit } = draw.pick(locks);
      const [outcome, settled, resolvedBy, boothId] = [draw.pick(['finished', 'undone', 'superseded', 'quarantined'] as const), draw.chance(0.3), draw.pick(OWNERS), draw.pick([null, ...booths])];
      return async ({ world, visits }) => {
        const { operationId, kind, userId, score, owner } = lock;
        await world.ledger().writeJournal({ operationId, kind, boothId: lock.boothId, userId, score, owner, waitingId: visit === null ? null : (visits[visit] ?? 0), outcome, settled, resolvedBy, staff: lock.note.staff, reason: lock.note.reason });
        await world.ledger().writePass({ ...QUIET_PASS, seen: userId, finished: boothId ?? 0 });
        await world.ledger().writeIncident({ kind: 'restored', boothId, fromMs: 1_763_800_000_000, toMs: 1_763_800_001_000, tickets: boothId, owner, detail: 'a ticket' });
      };
    }],
    alert: [2, async () => {
      const [ids, owner, unseenMs] = [['locks-overdue', 'quarantine', 'queue-unreachable'].filter(() => draw.chance(0.5)), draw.pick(OWNERS), draw.pick([-MINUTE_MS, 60 * MINUTE_MS])];
      return async ({ world }) => [(await world.ledger().noteAlerts(ids, owner)).toSorted(), (await world.ledger().takeClearedAlerts(unseenMs)).toSorted()];
    }],
    'serve a booth': [1, async () => {
      const booth = draw.pick(booths);
      return ({ world }) => world.ledger().noteServed(booth, 60 * MINUTE_MS);
    }],
    'another program': [3, async () => {
      const [boothId, userId, status, chance] = [draw.pick(booths), draw.pick(users), draw.pick(['CALLED', 'ENTERED', 'COMPLETED'] as const), draw.unit()];
      if (chance < 0.4) return ({ world }) => world.setBoothStatus(boothId, chance < 0.2 ? 'CLOSED' : 'OPEN');
      if (chance < 0.6) return async ({ world, visits }) => void visits.push(await world.addForeignRow({ boothId, userId, status, calledSecondsAgo: 30 }));
      const visit = anyVisit();
      return ({ world, visits }) => world.exec(`UPDATE waiting SET status = '${status}', completion_type = ${status === 'COMPLETED' ? "'ENTERED'" : 'NULL'} WHERE id = ${visits[visit] ?? 0}`);
    }],
    read: [10, async () => read()],
  };
  const weights = Object.fromEntries(Object.entries(kinds).map(([name, [weight]]) => [name, weight]));

  async function ticketLock(kind: 'join' | 'call' | 'leave' | 'dismiss', { boothId, userId, score }: Ticket): Promise<SoftLock> {
    const { generation = 0 } = (await first.world.ledger().readBooth(boothId))?.booth ?? {};
    return lockOf(kind, boothId, userId, { score, generation: Math.max(0, generation + off()), position: kind === 'call' ? draw.whole(1, 3) : null, owner: draw.pick(OWNERS), note: note() });
  }
  function commit(lock: SoftLock, visit: number | null): Command {
    locks.push({ lock, visit });
    return async (side) => {
      const result = await side.world.ledger().commit(onSide(lock, visit, side));
      if (lock.kind === 'call' && result.outcome === 'committed' && result.waitingId !== null && !side.visits.includes(result.waitingId)) side.visits.push(result.waitingId);
      if (side === first) outcomes[wordOf(result)] = (outcomes[wordOf(result)] ?? 0) + 1;
      return result;
    };
  }
  function tell(of: (side: Side) => EventOf): Command {
    const ends = draw.pick([[], [true], [false], [false, true]]);
    return async (side) => {
      const event = await side.world.ledger().claimEvent(of(side), true);
      if (event !== null) for (const isDelivered of ends) await side.world.ledger().endEvent(event, isDelivered);
      return event;
    };
  }
  function read(): Command {
    const [boothId, userId, visit, some] = [draw.pick([...booths, 9_999]), draw.pick(users), anyVisit(), [knownTicket(), knownTicket(), anyTicket()]];
    const ask = draw.pick<(ledger: Ledger, visits: readonly number[]) => Promise<unknown>>([
      (ledger) => ledger.readBooth(boothId),
      (ledger, visits) => ledger.readVisit(visits[visit] ?? 0),
      async (ledger, visits) => byVisit(await ledger.readGone(boothId, ALL), visits),
      async (ledger, visits) => byVisit((await ledger.readCalled({ boothId, fromMs: 0, toMs: FAR_MS, afterId: 0 }, ALL)).visits, visits),
      (ledger) => ledger.countLeft({ boothId, fromMs: 0, toMs: FAR_MS }),
      (ledger) => ledger.listBooths(),
      async (ledger) => (await ledger.listBoothCards()).map(({ universityName: _plantedByEach, ...card }) => card),
      (ledger) => ledger.countInside(),
      (ledger) => ledger.readPeople(boothId, users),
      (ledger) => ledger.unservedTickets(boothId, ALL),
      (ledger) => ledger.staleTickets(distinct(some)),
      (ledger) => ledger.readMirror(),
      (ledger) => ledger.auditHistory(boothId),
      async (ledger) => sortedTrace(await ledger.readTrace({ userId })),
      (ledger, visits) => ledger.readTrace({ waitingId: visits[visit] ?? 0 }),
      (ledger) => ledger.readPasses(5),
      (ledger) => ledger.readIncidents(5),
    ]);
    return ({ world, visits }) => ask(world.ledger(), visits);
  }

  for (let step = 0; step < steps; step += 1) {
    // Some need an operation that was there before.
    const name = locks.length === 0 ? 'register' : draw.weighted(weights);
    const make = kinds[name]?.[1];
    if (make === undefined) throw new Error(`no command ${name}`);
    counts[name] = (counts[name] ?? 0) + 1;
    const command = await make();
    const [here, there] = [await answerOf(command, sides[0]), await answerOf(command, sides[1])];
    if (!isDeepStrictEqual(here, there)) return { commands: step + 1, counts, outcomes, difference: `step ${step}, ${name}${firstDifference(here, there)}` };
  }
  return { commands: steps, counts, outcomes, difference: await differenceOfRows(sides) };
}

async function plantAll(sides: readonly Side[], plants: readonly ((side: Side) => Promise<number>)[]): Promise<readonly number[]> {
  const planted: number[] = [];
  for (const plant of plants) {
    const [id = 0, ...others] = await Promise.all(sides.map(plant));
    if (others.some((other) => other !== id)) throw new Error(`the worlds are not new: ${id} here is ${others.join(', ')} there`);
    planted.push(id);
  }
  return planted;
}

function onSide(lock: SoftLock, visit: number | null, { visits }: Side): SoftLock {
  return visit === null ? lock : { ...lock, waitingId: visits[visit] ?? 1 };
}

function distinct(tickets: readonly Ticket[]): readonly Ticket[] {
  return [...new Map(tickets.map((ticket) => [JSON.stringify(ticket), ticket])).values()];
}

/** What ended within one millisecond has no order. */
function byVisit<T extends { readonly waitingId: number }>(rows: readonly T[], visits: readonly number[]): readonly T[] {
  return rows.toSorted((a, b) => visits.indexOf(a.waitingId) - visits.indexOf(b.waitingId));
}

/** Of what was registered by one statement, too. */
function sortedTrace(trace: TraceRecord | null): TraceRecord | null {
  return trace === null ? null : { ...trace, registrations: trace.registrations.toSorted((a, b) => (ticketKey(a.ticket) < ticketKey(b.ticket) ? -1 : 1)) };
}

function wordOf(result: CommitResult): string {
  return result.outcome === 'refused' ? `refused ${result.code}` : result.outcome;
}

async function answerOf(command: Command, side: Side): Promise<unknown> {
  try {
    return comparable(await command(side), side.visits);
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    return { failed: error.code, executed: error.executed };
  }
}

const VISIT_LISTS = new Set(['timesOutOfOrder', 'unreadable']);
const VISIT_COLUMNS = new Set(['waitingId', 'waiting_id']);

/** Without the times, and with visits by their place in the run. */
function comparable(value: unknown, visits: readonly number[], key = ''): unknown {
  if (typeof value === 'number' && VISIT_COLUMNS.has(key)) return visits.indexOf(value);
  if (typeof value === 'number' && (/(?:[aA]t|now|from|to|Until|Since)Ms$/.test(key) || key === 'registeredScore')) return 'a time';
  if (typeof value === 'string' && key === 'eventId') return value.replace(/^call:(\d+)$/, (_, id: string) => `call:${visits.indexOf(Number(id))}`);
  // The ticket made for a row of another program: its time of registration.
  if (typeof value === 'string' && key === 'kiosk_released' && Number(value.split(':')[2]) > LATEST_SCORE) return value.replace(/[^:]*$/, 'a time');
  if (Array.isArray(value)) return value.map((each) => (VISIT_LISTS.has(key) ? visits.indexOf(Number(each)) : comparable(each, visits)));
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined).map(([name, each]) => [name, comparable(each, visits, name)]));
}

/** Where in an answer the first difference is, and what stands there. */
function firstDifference(here: unknown, there: unknown): string {
  if (typeof here === 'object' && typeof there === 'object' && here !== null && there !== null) {
    for (const key of Object.keys({ ...here, ...there })) {
      const [a, b] = [(here as Record<string, unknown>)[key], (there as Record<string, unknown>)[key]];
      if (!isDeepStrictEqual(a, b)) return `.${key}${firstDifference(a, b)}`;
    }
  }
  return `: ${JSON.stringify(here)} ≠ ${JSON.stringify(there)}`;
}

const isThere = (...columns: readonly string[]): string => columns.map((column) => `${column} IS NOT NULL AS has_${column}`).join(', ');

/** Everything that is kept, table by table, in an order that both have. */
const TABLES: Readonly<Record<string, string>> = {
  waiting: `SELECT id AS waiting_id, user_id, booth_id, called_position, status, completion_type, notification_sent + 0 AS sent, notification_retry_count, kiosk_call_op, kiosk_ticket,
    kiosk_ops, kiosk_rev, kiosk_released, kiosk_event, kiosk_event_tries, ${isThere('registered_at', 'called_at', 'entered_at', 'completed_at', 'kiosk_hold_until', 'kiosk_event_due')} FROM waiting ORDER BY id`,
  booth: 'SELECT id, capacity, status FROM booth ORDER BY id',
  kiosk_booth: `SELECT booth_id, gen, dismiss_op, phase_reason, phase_staff, ${isThere('last_call_at', 'paused_at', 'closed_at')} FROM kiosk_booth
    WHERE gen > 0 OR phase_reason IS NOT NULL OR dismiss_op IS NOT NULL ORDER BY booth_id`,
  kiosk_queue: `SELECT ticket, booth_id, user_id, score, operation_id, left_op, left_reason, event_tries, ${isThere('left_at', 'gone_at', 'event_due')} FROM kiosk_queue ORDER BY ticket`,
  kiosk_number: 'SELECT booth_id, last FROM kiosk_number ORDER BY booth_id',
  kiosk_visitor: 'SELECT user_id, booth_id, number, operation_id FROM kiosk_visitor ORDER BY user_id',
  users: 'SELECT id, nickname, role FROM users ORDER BY id',
  kiosk_journal: 'SELECT operation_id, kind, booth_id, user_id, waiting_id, score, owner, outcome, settled + 0 AS settled, staff, reason, resolved_by FROM kiosk_journal ORDER BY id',
  kiosk_mirror: 'SELECT booth_id, epoch FROM kiosk_mirror ORDER BY booth_id',
  kiosk_presence: 'SELECT booth_id FROM kiosk_presence ORDER BY booth_id',
  kiosk_alert: 'SELECT alert_id, owner FROM kiosk_alert ORDER BY alert_id',
  kiosk_pass: 'SELECT owner, cause, seen, finished FROM kiosk_pass ORDER BY id',
  kiosk_incident: 'SELECT kind, booth_id, tickets, owner, detail FROM kiosk_incident ORDER BY id',
};

async function differenceOfRows(sides: readonly [Side, Side]): Promise<string | null> {
  for (const [table, query] of Object.entries(TABLES)) {
    const [here = [], there = []] = await Promise.all(sides.map(async ({ world, visits }) => (await world.query(query)).map((row) => comparable({ ...row }, visits))));
    const at = here.findIndex((row, index) => !isDeepStrictEqual(row, there[index]));
    if (at >= 0 || here.length !== there.length) return `${table}: ${here.length} and ${there.length} rows${at < 0 ? '' : `, ${at}${firstDifference(here[at], there[at])}`}`;
  }
  return null;
}
