/** What kiosks tell each other through the ledger: that a booth is served, and which alerts were raised. */
import type { DatabaseSync } from 'node:sqlite';
import { ownerName } from '../owner-name.ts';
import { toNumber, toText } from '../row-values.ts';
import { first } from './sqlite-row.ts';

/** Answers how long the booth was without a kiosk, 0 for no pause and for the first time. */
export function noteServed(db: DatabaseSync, boothId: number, pauseMs: number, nowMs: number): number {
  const before = first(db, 'SELECT served_at FROM kiosk_presence WHERE booth_id = ?', boothId);
  const silentMs = before === null ? 0 : nowMs - toNumber(before['served_at'], 'kiosk_presence.served_at');
  const pausedMs = silentMs > pauseMs ? silentMs : 0;
  db.prepare(
    `INSERT INTO kiosk_presence (booth_id, served_at, since) VALUES (?1, ?2, ?2)
     ON CONFLICT (booth_id) DO UPDATE SET served_at = ?2, since = CASE WHEN ?3 > 0 THEN ?2 ELSE since END`,
  ).run(boothId, nowMs, pausedMs);
  return pausedMs;
}

export function noteAlerts(db: DatabaseSync, ids: readonly string[], owner: string, nowMs: number): string[] {
  const see = db.prepare('UPDATE kiosk_alert SET seen_at = ? WHERE alert_id = ?');
  const raise = db.prepare('INSERT INTO kiosk_alert (alert_id, owner, raised_at, seen_at) VALUES (?, ?, ?, ?)');
  return [...new Set(ids)].filter((id) => {
    if (see.run(nowMs, id).changes === 1) return false;
    raise.run(id, ownerName(owner), nowMs, nowMs);
    return true;
  });
}

export function takeClearedAlerts(db: DatabaseSync, unseenMs: number, nowMs: number): string[] {
  return db.prepare('DELETE FROM kiosk_alert WHERE seen_at < ? RETURNING alert_id').all(nowMs - unseenMs).map((row) => toText(row['alert_id']));
}
