/**
 * The ledger's copy of the queues: what a queue store that lost its data is refilled from. Each pass has an epoch, which no older one
 * overwrites, however late it comes.
 */
import type { Ledger, MirrorChange } from '../../core/ledger.ts';
import { ticketKey, type Ticket } from '../../core/waiting.ts';
import { batchesOf } from '../batches.ts';
import { toNumberOrNull, toTime } from '../row-values.ts';
import type { Query } from './query.ts';
import { epochMs } from './rows.ts';
import { inTransaction } from './transaction.ts';

/** The epoch of the whole festival stands beside those of the booths. */
const WHOLE_FESTIVAL = 0;

export async function readMirror(query: Query): ReturnType<Ledger['readMirror']> {
  // The clock to the microsecond: what registers from here on counts as later, what has registered as earlier.
  const { rows } = await query(
    `SELECT m.epoch, ${epochMs('m.at')} AS at_ms, UNIX_TIMESTAMP(NOW(6)) * 1000 AS now_ms FROM (SELECT 1) one LEFT JOIN kiosk_mirror m ON m.booth_id = ${WHOLE_FESTIVAL}`,
  );
  const row = rows[0] ?? {};
  return {
    epoch: toNumberOrNull(row['epoch'], 'kiosk_mirror.epoch') ?? 0,
    atMs: toNumberOrNull(row['at_ms'], 'kiosk_mirror.at'),
    nowMs: toTime(row['now_ms'], 'NOW()'),
  };
}

export async function noteMirror(query: Query, epoch: number): Promise<void> {
  await query(
    `INSERT INTO kiosk_mirror (booth_id, epoch, at) VALUES (${WHOLE_FESTIVAL}, ?, NOW(6))
     ON DUPLICATE KEY UPDATE at = IF(VALUES(epoch) > epoch, VALUES(at), at), epoch = GREATEST(epoch, VALUES(epoch))`,
    [epoch],
  );
}

/** One transaction: the booth's epoch first, whose row then keeps other passes out until this one is through. */
export function writeMirror(query: Query, change: MirrorChange): Promise<boolean> {
  return inTransaction(
    query,
    async () => {
      if (!(await isLatest(query, change))) return false;
      for (const batch of batchesOf(change.arrived)) await noteArrived(query, batch, change.readAtMs);
      for (const batch of batchesOf(change.gone)) await noteGone(query, batch, change.readAtMs);
      return true;
    },
    (isWritten) => isWritten,
  );
}

async function isLatest(query: Query, { boothId, epoch }: MirrorChange): Promise<boolean> {
  const raise = async (): Promise<boolean> => (await query('UPDATE kiosk_mirror SET epoch = ?, at = NOW(6) WHERE booth_id = ? AND epoch < ?', [epoch, boothId, epoch])).affected === 1;
  if (await raise()) return true;
  // The first of a booth makes its row. Others that would at the same time wait here: ignoring a row that is there would only share it.
  await query('INSERT INTO kiosk_mirror (booth_id, epoch, at) VALUES (?, 0, NOW(6)) ON DUPLICATE KEY UPDATE epoch = epoch', [boothId]);
  return raise();
}

const ARRIVED_ROW = '(?, ?, ?, ?, NULL, FROM_UNIXTIME(? / 1000))';

/**
 * A ticket that stood in the queue when it was read was registered before, and no call until then had used it up. Who left at a kiosk has
 * left, whatever came back.
 */
async function noteArrived(query: Query, tickets: readonly Ticket[], readAtMs: number): Promise<void> {
  await query(
    `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at) VALUES ${tickets.map(() => ARRIVED_ROW).join(', ')}
     ON DUPLICATE KEY UPDATE gone_at = NULL, created_at = GREATEST(created_at, VALUES(created_at))`,
    inOneOrder(tickets).flatMap((ticket) => [ticketKey(ticket), ticket.boothId, ticket.userId, ticket.score, readAtMs]),
  );
}

/** A walk-in has no app to leave by: a ticket of theirs that vanished is lost, not given up. */
async function noteGone(query: Query, tickets: readonly Ticket[], readAtMs: number): Promise<void> {
  await query(
    `UPDATE kiosk_queue SET gone_at = NOW(6)
     WHERE ticket IN (?) AND created_at < FROM_UNIXTIME(? / 1000) AND left_at IS NULL AND gone_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM kiosk_visitor v WHERE v.user_id = kiosk_queue.user_id)`,
    [inOneOrder(tickets).map(ticketKey), readAtMs],
  );
}

export async function dropTicket(query: Query, ticket: Ticket): Promise<void> {
  await query(
    `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at, gone_at) VALUES (?, ?, ?, ?, NULL, NOW(6), NOW(6))
     ON DUPLICATE KEY UPDATE gone_at = COALESCE(gone_at, VALUES(gone_at))`,
    [ticketKey(ticket), ticket.boothId, ticket.userId, ticket.score],
  );
}

/** That of the key the table is ordered by: two that change the same rows then wait for each other instead of undoing each other. */
function inOneOrder(tickets: readonly Ticket[]): Ticket[] {
  return tickets.toSorted((a, b) => (ticketKey(a) < ticketKey(b) ? -1 : 1));
}
