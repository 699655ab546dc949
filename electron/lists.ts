/**
 * Lists that are too long, or too seldom wanted, for every snapshot: read when a person opens them.
 */
import type { DepartureView, LeftoverEntry, LeftoversListing, QueueListing } from '../shared/channels.ts';
import { ok, type Result } from '../shared/errors.ts';
import { DEPARTURES_LISTED_MAX, QUEUE_LISTED_MAX } from '../shared/limits.ts';
import { askStores } from './ask-stores.ts';
import type { Board } from './board/board.ts';
import { waitingEntries } from './board/booth-view.ts';
import type { Core } from './core/core.ts';
import type { Departure, VisitRow } from './core/ledger.ts';
import { readLeftovers } from './core/leftovers.ts';
import { NO_SHOW_REASON } from './core/no-shows.ts';
import { refusal } from './core/refusals.ts';
import { registeredAtMs } from './core/waiting.ts';

export interface Lists {
  /** Everybody who waits at a booth, with names. */
  queue(boothId: number): Promise<Result<QueueListing>>;
  /** Who went from a booth within LATE_MS, the latest first. */
  departures(boothId: number): Promise<Result<readonly DepartureView[]>>;
  /** Whom an earlier day left behind; BOOTH_NOT_FOUND when there is no such booth. */
  leftovers(boothId: number): Promise<Result<LeftoversListing>>;
}

/** The lists of one running kiosk. A store known to be away is not asked. */
export function createLists(core: Core, board: Board, leftoverBefore: (nowMs: number) => number): Lists {
  const read = <T>(needs: 'ledger' | 'both', run: () => Promise<T>): Promise<Result<T>> => askStores(board, needs, async () => ok(await run()));
  return {
    queue: (boothId) =>
      read('both', async () => {
        const { entries, total } = await core.queue.readQueue(boothId, QUEUE_LISTED_MAX);
        const person = await board.people(boothId, entries.flatMap(({ userId }) => userId ?? []));
        return { entries: waitingEntries(entries, person), total };
      }),
    departures: (boothId) => read('ledger', async () => (await core.ledger.readDepartures(boothId, DEPARTURES_LISTED_MAX)).map(departureView)),
    leftovers: (boothId) =>
      askStores(board, 'both', async () => {
        const found = await readLeftovers(core, boothId, leftoverBefore);
        if (found === null) return { ok: false, error: refusal('BOOTH_NOT_FOUND') };
        const person = await board.people(boothId, found.waiting.map(({ userId }) => userId));
        const waiting = found.waiting.map(({ userId, score }): LeftoverEntry => ({ ...person(userId), kind: 'waiting', waitingId: null, at: registeredAtMs(score) ?? 0 }));
        return ok({ entries: [...waiting, ...found.called.map((visit) => leftVisit('called', visit)), ...found.inside.map((visit) => leftVisit('inside', visit))], before: found.beforeMs });
      }),
  };
}

function leftVisit(kind: 'called' | 'inside', { waitingId, userId, name, number, calledAtMs, enteredAtMs }: VisitRow): LeftoverEntry {
  return { userId, name, number, kind, waitingId, at: kind === 'inside' ? (enteredAtMs ?? calledAtMs) : calledAtMs };
}

function departureView({ waitingId, userId, name, number, kind, atMs, staff, reason, byKiosk, announced }: Departure): DepartureView {
  const byItself = staff === null && reason === NO_SHOW_REASON;
  return { waitingId, userId, name, number, kind, at: atMs, staff, reason: byItself ? null : reason, by: byItself ? 'time' : byKiosk ? 'person' : 'elsewhere', announced };
}
