/**
 * Audit: what must always hold, evaluated for one booth on the live stores, each check with its number and its offenders.
 * The stores move while they are read, so a violation counts only when it stands in two looks.
 */
import type { Core } from './core.ts';
import { LONGEST_QUEUE } from './longest-queue.ts';
import type { QueueView } from './ports.ts';
import { LOOK_GAP_MS, recount } from './recount.ts';
import { type PassReport, reconcile } from './reconcile.ts';
import { owed } from './owed.ts';
import { isVerified, sweep } from './refill.ts';
import { OVERDUE_MS } from '../../shared/limits.ts';
import { type Ticket, ticketKey } from './waiting.ts';

interface AuditCheck {
  readonly id: 'nobody-lost' | 'nobody-twice' | 'count-true' | 'capacity' | 'queue-entries' | 'active-booths' | 'times-in-order' | 'rows-readable' | 'locks-settled';
  readonly ok: boolean;
  /** What was compared, with its numbers. */
  readonly detail: string;
  /** At most OFFENDERS_SHOWN, in words. */
  readonly offenders: readonly string[];
}

export interface AuditReport {
  readonly boothId: number;
  readonly ok: boolean;
  readonly checks: readonly AuditCheck[];
  /** What the repair changed, in words; empty without --repair. */
  readonly repaired: readonly string[];
}

const OFFENDERS_SHOWN = 20;

/** What one look at both stores saw. */
interface Look {
  readonly queue: QueueView;
  readonly lost: readonly Ticket[];
  readonly served: readonly Ticket[];
  readonly missingActive: readonly number[];
  readonly staleActive: readonly number[];
  readonly checks: readonly AuditCheck[];
}

/** Null when the booth does not exist. Throws StoreFailure when a store does not answer. */
export async function audit(core: Core, boothId: number, repair: boolean): Promise<AuditReport | null> {
  if ((await core.ledger.readBooth(boothId)) === null) return null;
  const repaired: string[] = [];
  if (repair) {
    const pass = await reconcile(core, { trigger: 'by-hand' });
    repaired.push(...inWords(pass));
  }
  let look = await confirmedLook(core, boothId);
  if (repair && look.checks.some((check) => !check.ok)) {
    repaired.push(...(await repairFrom(core, boothId, look)));
    look = await confirmedLook(core, boothId);
  }
  const checks = look.checks.map((each) => ({ ...each, offenders: each.offenders.slice(0, OFFENDERS_SHOWN) }));
  return { boothId, ok: checks.every((each) => each.ok), checks, repaired };
}

function inWords(pass: PassReport): string[] {
  const figures: readonly (readonly [number, string])[] = [
    [pass.finished + pass.undone + pass.superseded, 'open lock(s) settled'],
    [pass.quarantined, 'lock(s) taken out of the way'],
    [pass.refilled, 'lost ticket(s) put back'],
    [pass.swept, 'stale queue entry(ies) removed'],
    [pass.recounted, 'count(s) corrected'],
  ];
  return figures.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
}

async function confirmedLook(core: Core, boothId: number): Promise<Look> {
  const first = await lookOnce(core, boothId);
  if (first.checks.every((check) => check.ok)) return first;
  await core.clock.sleep(LOOK_GAP_MS);
  const second = await lookOnce(core, boothId);
  const checks = second.checks.map((again, index) => {
    const before = new Set(first.checks[index]?.offenders);
    const offenders = again.offenders.filter((offender) => before.has(offender));
    return { ...again, ok: offenders.length === 0, offenders };
  });
  const lostBefore = new Set(first.lost.map(ticketKey));
  return { ...second, checks, lost: second.lost.filter((ticket) => lostBefore.has(ticketKey(ticket))) };
}

async function lookOnce(core: Core, boothId: number): Promise<Look> {
  // The queue before the tickets without a row: one called in between then counts as served, not as lost.
  const queue = await core.queue.readQueue(boothId, LONGEST_QUEUE);
  const { locks, unreadable, nowMs } = await core.queue.readLocks(LONGEST_QUEUE);
  const here = locks.filter((lock) => lock.boothId === boothId);
  const history = await core.ledger.auditHistory(boothId);
  const tickets = queue.entries.flatMap(({ userId, score }) => (userId === null ? [] : [{ boothId, userId, score }]));
  const queued = new Set(tickets.map((ticket) => ticket.userId));
  const locked = new Set(here.map((lock) => lock.userId));
  const setAside = new Set((await core.queue.readSetAside([boothId])).map(({ member }) => member));
  const elsewhere = (await core.ledger.unservedTickets(boothId, LONGEST_QUEUE)).filter(({ userId }) => !queued.has(userId) && !locked.has(userId) && !setAside.has(String(userId)));
  const missing = await owed(core, elsewhere);
  const lost = await thoseLost(core, boothId, missing);
  const served = await core.ledger.staleTickets(tickets);
  const live = (await core.ledger.readBooth(boothId))?.live ?? [];
  const missingActive = await core.queue.usersMissingActiveBooth(boothId, [...queued]);
  const staleActive = await core.queue.usersWithStaleActiveBooth(boothId, live.map((visit) => visit.userId));
  const invalid = queue.entries.filter((entry) => entry.userId === null || !Number.isFinite(entry.score));
  const overdue = here.filter((lock) => nowMs - lock.createdAtMs >= OVERDUE_MS);
  const unreadableHere = unreadable.filter((lock) => lock.boothId === null || lock.boothId === boothId);
  const [count] = await core.queue.readCounts([boothId]);
  const countKnown = count?.openLocks === 0;

  return {
    queue, lost, served, missingActive, staleActive,
    checks: [
      check('nobody-lost', `${lost.length} ticket(s) of the ledger's copy are neither waiting, nor in a lock, nor called, nor left; ${missing.length - lost.length} more were taken out by another program since the last mirror pass`, lost.map(ticketKey)),
      check('nobody-twice', `${served.length} waiting ticket(s) were called or had left before; ${history.usersWithSeveralLiveVisits.length} visitor(s) with several visits under way`, [
        ...served.map(ticketKey),
        ...history.usersWithSeveralLiveVisits.map((userId) => `user ${userId}`),
      ]),
      check('count-true', countKnown ? `the queue store counts ${queue.current ?? 'no number'}, ${history.entered} are inside` : `not judged: ${count?.openLocks ?? 0} lock(s) under way`,
        countKnown && queue.current !== history.entered ? [`count ${queue.current ?? 'unreadable'} instead of ${history.entered}`] : []),
      check('capacity', `${history.called} called and ${history.entered} inside of ${history.capacity}`,
        history.called + history.entered > history.capacity ? [`${history.called + history.entered - history.capacity} too many`] : []),
      check('queue-entries', `${invalid.length} of ${queue.total} entries are not visitors; ${queue.setAside} set aside for the supervisor`, invalid.map((entry) => JSON.stringify(entry.member.slice(0, 40)))),
      check('active-booths', `${missingActive.length} waiting visitor(s) without this booth among their active booths, ${staleActive.length} called with it`, [
        ...missingActive.map((userId) => `user ${userId} lacks it`),
        ...staleActive.map((userId) => `user ${userId} keeps it`),
      ]),
      check('times-in-order', `${history.timesOutOfOrder.length} visit(s) whose times are out of order`, history.timesOutOfOrder.map((id) => `waiting ${id}`)),
      check('rows-readable', `${history.unreadable.length} visit(s) whose status, user or ticket makes no sense`, history.unreadable.map((id) => `waiting ${id}`)),
      check('locks-settled', `${here.length} lock(s) open, ${overdue.length} overdue; ${unreadableHere.length} that cannot be read`, [
        ...overdue.map((lock) => `${lock.kind} ${lock.operationId}`),
        ...unreadableHere.map((lock) => `${lock.key}: ${lock.problem}`),
      ]),
    ],
  };
}

/**
 * Visitors of the app may leave through it, and the next mirror pass takes note. A visitor registered at a kiosk has a number and no app:
 * they cannot be anywhere else. And a queue store that lost something says nothing about anybody.
 */
async function thoseLost(core: Core, boothId: number, missing: readonly Ticket[]): Promise<readonly Ticket[]> {
  if (missing.length === 0) return [];
  const [mark, mirror] = [await core.queue.readMark(), await core.ledger.readMirror()];
  if (!isVerified(mark, mirror.epoch)) return missing;
  const people = await core.ledger.readPeople(boothId, missing.map(({ userId }) => userId));
  const walkIns = new Set(people.filter(({ number }) => number !== null).map(({ userId }) => userId));
  return missing.filter(({ userId }) => walkIns.has(userId));
}

function check(id: AuditCheck['id'], detail: string, offenders: readonly string[]): AuditCheck {
  return { id, ok: offenders.length === 0, detail, offenders };
}

/** Each repair is guarded in the store by what was seen, so that a visitor who moved meanwhile is left alone. */
async function repairFrom(core: Core, boothId: number, look: Look): Promise<string[]> {
  const done: string[] = [];
  const removed = await sweep(core, boothId, look.queue.version, look.served);
  if (removed.length > 0) done.push(`${removed.length} stale queue entry(ies) removed`);
  const lost = failing(look, 'nobody-lost') ? look.lost : [];
  if (lost.length > 0) {
    const put = await core.queue.refill(lost);
    if (put > 0) done.push(`${put} lost ticket(s) put back`);
  }
  const active = [...look.missingActive, ...look.staleActive];
  if (active.length > 0) {
    await core.queue.repairActiveBooth(boothId, active);
    done.push(`active booths of ${active.length} visitor(s) put right`);
  }
  const { recounted } = await recount(core, [boothId]);
  if (recounted > 0) done.push(`${recounted} count(s) corrected`);
  return done;
}

function failing(look: Look, id: AuditCheck['id']): boolean {
  return look.checks.some((each) => each.id === id && !each.ok);
}
