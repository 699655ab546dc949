/** Whether kiosks serve a booth without a pause: an outage must not make anybody a no-show. */
import type { Query } from './query.ts';

/**
 * The pause comes back as the statement's insert id, which LAST_INSERT_ID(…) sets: so of several kiosks that return at once one measures
 * it, and no other statement can come between. 0 for a booth that is served for the first time.
 */
const NOTE = `INSERT INTO kiosk_presence (booth_id, served_at, since) VALUES (?, NOW(6), NOW(6))
ON DUPLICATE KEY UPDATE
  since = IF(LAST_INSERT_ID(GREATEST(0, TIMESTAMPDIFF(MICROSECOND, served_at, VALUES(served_at)) DIV 1000)) > ?, VALUES(served_at), since),
  served_at = VALUES(served_at)`;

export async function noteServed(query: Query, boothId: number, pauseMs: number): Promise<number> {
  const { insertId } = await query(NOTE, [boothId, Math.round(pauseMs)]);
  return insertId > pauseMs ? insertId : 0;
}
