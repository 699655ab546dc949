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
export function writeMirror(query: Query, change: MirrorChange): Promise<boolean> {
  return inTransaction(
    query,
    async () => {
      if (!(await isLatest(query, change))) return false;
      for (const batch of batchesOf(change.arrived)) await noteArrived(query, batch, change);
      for (const batch of batchesOf(change.gone)) await noteGone(query, batch, change.readAtMs);
      return true;
    },
    (isWritten) => isWritten,
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
 * left, whatever came back; and a place given up since the queue was read stays given up. Who was called meanwhile is left to the next pass.
 */
async function noteArrived(query: Query, arrived: readonly Ticket[], { boothId, readAtMs }: MirrorChange): Promise<void> {
  const calls = await callsSince(query, arrived, boothId, readAtMs);
  const tickets = arrived.filter(({ userId }) => calls.get(userId) !== 'meanwhile');
  if (tickets.length === 0) return;
  const registeredMs = ({ userId }: Ticket): number => Math.max(readAtMs, Number(calls.get(userId) ?? 0));
  await query(
    `INSERT INTO kiosk_queue (ticket, booth_id, user_id, score, operation_id, created_at) VALUES ${tickets.map(() => ARRIVED_ROW).join(', ')}
     ON DUPLICATE KEY UPDATE gone_at = IF(gone_at > FROM_UNIXTIME(? / 1000), gone_at, NULL), created_at = GREATEST(created_at, FROM_UNIXTIME(? / 1000))`,
    [...inOneOrder(tickets).flatMap((ticket) => [ticketKey(ticket), ticket.boothId, ticket.userId, ticket.score, registeredMs(ticket)]), readAtMs, readAtMs],
  );
}

/**
 * Of visitors called here since the queue began to be read. By a call meanwhile the registration that stood in it may have been used up, or it may
 * have been made after that: nobody knows. A kiosk's call that lies in the future was before it, or the registration would carry that call's
 * ticket: the clock was set back, and the registration's time is the microsecond after (epoch ms).
 */
async function callsSince(query: Query, tickets: readonly Ticket[], boothId: number, readAtMs: number): Promise<ReadonlyMap<number, number | 'meanwhile'>> {
  const { rows } = await query(
    `SELECT user_id, MAX(called_at <= NOW(6) AND (kiosk_call_op IS NULL OR called_at > FROM_UNIXTIME(? / 1000))) AS meanwhile,
       COALESCE(UNIX_TIMESTAMP(MAX(IF(kiosk_call_op IS NULL, NULL, called_at)) + INTERVAL 1 MICROSECOND), 0) * 1000 AS after_ms
     FROM waiting IGNORE INDEX (${CALL_OP_INDEX})
     WHERE user_id IN (?) AND booth_id = ? AND called_at >= FROM_UNIXTIME(? / 1000) AND kiosk_released IS NULL GROUP BY user_id`,
    [readAtMs, [...new Set(tickets.map(({ userId }) => userId))], boothId, readAtMs],
  );
  return new Map(rows.map((row) => [toId(row['user_id'], 'users'), Number(row['meanwhile']) === 1 ? 'meanwhile' : toTime(row['after_ms'], 'waiting.called_at')]));
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
