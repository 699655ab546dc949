/**
 * The ledger's copy of the queues: what a queue store that lost its data is refilled from. Each pass has an epoch, which no older one
 * overwrites, however late it comes.
 */
import type { Ledger, MirrorChange } from '../../core/ledger.ts';
import { ticketKey, type Ticket } from '../../core/waiting.ts';
import { batchesOf } from '../batches.ts';
import { toId, toNumber, toNumberOrNull, toTime } from '../row-values.ts';
import { CALL_OP_INDEX } from './migrations/waiting-columns.ts';
import type { Query } from './query.ts';
import { epochMs } from './rows.ts';
import { CALLED_AT } from './tickets.ts';
import { inTransaction } from './transaction.ts';

/** The epoch of the whole festival stands beside those of the booths. */
const WHOLE_FESTIVAL = 0;

/** SQL for the epoch of the latest pass that wrote anything: one that was cut short has written some booths' copies, and not the festival's. */
export const LATEST_EPOCH = 'COALESCE((SELECT MAX(latest.epoch) FROM kiosk_mirror latest), 0)';

export async function readMirror(query: Query): ReturnType<Ledger['readMirror']> {
  // The clock to the microsecond: what registers from here on counts as later, what has registered as earlier.
  const { rows } = await query(
    `SELECT ${LATEST_EPOCH} AS epoch, ${epochMs('m.at')} AS at_ms, UNIX_TIMESTAMP(NOW(6)) * 1000 AS now_ms
     FROM (SELECT 1) one LEFT JOIN kiosk_mirror m ON m.booth_id = ${WHOLE_FESTIVAL}`,
  );
  const row = rows[0] ?? {};
  return {
    epoch: toNumber(row['epoch'], 'kiosk_mirror.epoch'),
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
export function writeMirror(query: Query, change: MirrorChange): ReturnType<Ledger['writeMirror']> {
  return inTransaction(
    query,
    async () => {
      if (!(await isLatest(query, change))) return 'overtaken';
      let left = 0;
      for (const batch of batchesOf(change.arrived)) left += await noteArrived(query, batch, change);
      for (const batch of batchesOf(change.gone)) await noteGone(query, batch, change.readAtMs);
      return left === 0 ? 'written' : 'in-part';
    },
    (copied) => copied !== 'overtaken',
  );
}

/** A later pass that has ended may have found nothing to write for this booth: then only the festival's epoch tells. */
const RAISE = `UPDATE kiosk_mirror m LEFT JOIN kiosk_mirror festival ON festival.booth_id = ${WHOLE_FESTIVAL}
SET m.epoch = ?, m.at = NOW(6) WHERE m.booth_id = ? AND m.epoch < ? AND COALESCE(festival.epoch, 0) <= ?`;

async function isLatest(query: Query, { boothId, epoch }: MirrorChange): Promise<boolean> {
  const raise = async (): Promise<boolean> => (await query(RAISE, [epoch, boothId, epoch, epoch])).affected === 1;
  if (await raise()) return true;
  // The first of a booth makes its row. Others that would at the same time wait here: ignoring a row that is there would only share it.
  await query('INSERT INTO kiosk_mirror (booth_id, epoch, at) VALUES (?, 0, NOW(6)) ON DUPLICATE KEY UPDATE epoch = epoch', [boothId]);
  return raise();
}

const ARRIVED_ROW = '(?, ?, ?, ?, NULL, FROM_UNIXTIME(? / 1000))';

/**
 * A ticket that stood in the queue when it was read was registered before, and no call until then had used it up. Who left at a kiosk has
 * left, whatever came back; and a place given up since the queue was read stays given up. Answers how many are left to the next pass.
 */
async function noteArrived(query: Query, arrived: readonly Ticket[], { boothId, readAtMs }: MirrorChange): Promise<number> {
  const called = await calledSince(query, arrived, boothId, readAtMs);
  const tickets = arrived.filter(({ userId }) => called.get(userId) !== 'while-reading');
  if (tickets.length === 0) return arrived.length;
  const registeredMs = ({ userId }: Ticket): number => Number(called.get(userId) ?? readAtMs);
  await query(
    `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at) VALUES ${tickets.map(() => ARRIVED_ROW).join(', ')}
     ON DUPLICATE KEY UPDATE gone_at = IF(gone_at > FROM_UNIXTIME(? / 1000), gone_at, NULL), created_at = GREATEST(created_at, FROM_UNIXTIME(? / 1000))`,
    [...inOneOrder(tickets).flatMap((ticket) => [ticketKey(ticket), ticket.boothId, ticket.userId, ticket.score, registeredMs(ticket)]), readAtMs, readAtMs],
  );
  return arrived.length - tickets.length;
}

/**
 * Visitors called here since the queue was read, by the clock. A registration the ledger first hears of was made after a kiosk's call that lies in
 * the future, or it would carry that call's ticket: the clock was set back, and the registration's time is the microsecond after (epoch ms). Of
 * any other call nobody knows whether it came before the registration, or used it up.
 */
async function calledSince(query: Query, tickets: readonly Ticket[], boothId: number, readAtMs: number): Promise<ReadonlyMap<number, number | 'while-reading'>> {
  const { rows } = await query(
    `SELECT f.user_id, UNIX_TIMESTAMP(MAX(f.called_at) + INTERVAL 1 MICROSECOND) * 1000 AS after_ms,
       MAX(f.kiosk_call_op IS NULL OR (f.called_at > FROM_UNIXTIME(? / 1000) AND f.called_at <= NOW(6))) AS while_reading
     FROM waiting f IGNORE INDEX (${CALL_OP_INDEX})
     WHERE f.user_id IN (?) AND f.booth_id = ? AND ${CALLED_AT} >= FROM_UNIXTIME(? / 1000) AND f.kiosk_released IS NULL GROUP BY f.user_id`,
    [readAtMs, [...new Set(tickets.map(({ userId }) => userId))], boothId, readAtMs],
  );
  return new Map(rows.map((row) => [toId(row['user_id'], 'users'), Number(row['while_reading']) === 1 ? 'while-reading' : toTime(row['after_ms'], 'waiting.called_at')]));
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

export async function keepTicket(query: Query, ticket: Ticket): Promise<void> {
  await query('UPDATE kiosk_queue SET gone_at = NULL WHERE ticket = ?', [ticketKey(ticket)]);
}

/** That of the key the table is ordered by: two that change the same rows then wait for each other instead of undoing each other. */
function inOneOrder(tickets: readonly Ticket[]): Ticket[] {
  return tickets.toSorted((a, b) => (ticketKey(a) < ticketKey(b) ? -1 : 1));
}
