/**
 * Lists that are too long, or too seldom wanted, for every snapshot: read when a person opens them.
 */
import type { DepartureView, QueueListing } from '../shared/channels.ts';
import { ok, type Result } from '../shared/errors.ts';
import { DEPARTURES_LISTED_MAX, QUEUE_LISTED_MAX } from '../shared/limits.ts';
import { askStores } from './ask-stores.ts';
import type { Board } from './board/board.ts';
import { waitingEntries } from './board/booth-view.ts';
import type { Core } from './core/core.ts';
import type { Departure } from './core/ledger.ts';
import { NO_SHOW_REASON } from './core/no-shows.ts';

export interface Lists {
  /** Everybody who waits at a booth, with names. */
  queue(boothId: number): Promise<Result<QueueListing>>;
  /** Who went from a booth within LATE_MS, the latest first. */
  departures(boothId: number): Promise<Result<readonly DepartureView[]>>;
}

/** The lists of one running kiosk. A store known to be away is not asked. */
export function createLists(core: Core, board: Board): Lists {
  const read = <T>(needs: 'ledger' | 'both', run: () => Promise<T>): Promise<Result<T>> => askStores(board, needs, async () => ok(await run()));
  return {
    queue: (boothId) =>
      read('both', async () => {
        const { entries, total } = await core.queue.readQueue(boothId, QUEUE_LISTED_MAX);
        const person = await board.people(boothId, entries.flatMap(({ userId }) => userId ?? []));
        return { entries: waitingEntries(entries, person), total };
      }),
    departures: (boothId) => read('ledger', async () => (await core.ledger.readDepartures(boothId, DEPARTURES_LISTED_MAX)).map(departureView)),
  };
}

function departureView({ waitingId, userId, name, number, kind, atMs, staff, reason, byKiosk }: Departure): DepartureView {
  const byItself = staff === null && reason === NO_SHOW_REASON;
  return { waitingId, userId, name, number, kind, at: atMs, staff, reason: byItself ? null : reason, by: byItself ? 'time' : byKiosk ? 'person' : 'elsewhere' };
}
