/** The booth's anchor row: ours, so that fencing never locks the backend's booth row. It carries the generation. */
import type { CommitResult } from '../../core/ledger.ts';
import { LEAP_MAX } from '../leap.ts';
import type { Query } from './query.ts';

/** For a booth another program created after the last start. Its generation begins at 0. */
export async function createAnchor(query: Query, boothId: number): Promise<CommitResult> {
  await query('INSERT IGNORE INTO kiosk_booth (booth_id, gen) VALUES (?, 0)', [boothId]);
  return { outcome: 'stale', generation: 0 };
}

/**
 * Raises the generation past one that was seen, and past the booth's own: from then on no call, join, leave or dismissal begun at this booth
 * before can be committed, be it the lock at hand or a later attempt of the same action, whose lock a queue store that went back has forgotten.
 * Creates the row where it is missing: without it a later creation at 0 would let the commit through.
 */
export async function raiseGeneration(query: Query, boothId: number, seen: number): Promise<void> {
  await raiseGenerations(query, [boothId], seen);
}

/** Does so at several booths, in one statement. */
export async function raiseGenerations(query: Query, boothIds: readonly number[], seen = 0): Promise<void> {
  const rows = boothIds.map(() => '(?, ?)').join(', ');
  await query(`INSERT INTO kiosk_booth (booth_id, gen) VALUES ${rows} ON DUPLICATE KEY UPDATE gen = GREATEST(gen + 1, IF(? - gen > ${LEAP_MAX}, 0, ?))`, [
    ...boothIds.flatMap((boothId) => [boothId, seen >= LEAP_MAX ? 1 : seen + 1]),
    seen + 1,
    seen + 1,
  ]);
}

/**
 * Every booth gets its row at start, so that the first call of the day costs no extra round trip.
 * Rows that are there are only read: one that a call holds just now must not make a starting kiosk wait.
 */
export async function createMissingAnchors(query: Query): Promise<void> {
  await query('INSERT IGNORE INTO kiosk_booth (booth_id, gen) SELECT b.id, 0 FROM booth b LEFT JOIN kiosk_booth k ON k.booth_id = b.id WHERE k.booth_id IS NULL');
}

/** Inside a transaction: from here on it alone calls at the booth or lets anybody take a place again. */
export async function lockAnchor(query: Query, boothId: number): Promise<void> {
  const { rows } = await query('SELECT gen FROM kiosk_booth WHERE booth_id = ? FOR UPDATE', [boothId]);
  // Made here, the row is locked as well; made by another meanwhile, too: ignoring it would only share it.
  if (rows.length === 0) await query('INSERT INTO kiosk_booth (booth_id, gen) VALUES (?, 0) ON DUPLICATE KEY UPDATE gen = gen', [boothId]);
}
