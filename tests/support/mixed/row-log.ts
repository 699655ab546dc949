/** Every change of a visit, as triggers in the database saw it: who wrote it (by account), from which status to which. */
import type { RowDataPacket } from 'mysql2/promise';

const LOGGED = 'waiting_id, booth_id, user_id, who, old_status, old_type, old_released, new_status, new_type, ticket, released, ops, registered, in_order, began_us, written_us';
const NEW_VALUES = `NEW.id, NEW.booth_id, NEW.user_id, IF(USER() LIKE 'backend@%', 'backend', 'kiosk')`;
const AFTERWARDS = `NEW.status, NEW.completion_type, NEW.kiosk_ticket, NEW.kiosk_released, CONCAT_WS(',', NEW.kiosk_call_op, NEW.kiosk_ops), FLOOR(TIMESTAMPDIFF(MICROSECOND, '1970-01-01 09:00:00', NEW.registered_at) / 1000000),
  NEW.registered_at <= NEW.called_at AND COALESCE(NEW.called_at <= NEW.entered_at, 1) AND COALESCE(COALESCE(NEW.entered_at, NEW.called_at) <= NEW.completed_at, 1),
  TIMESTAMPDIFF(MICROSECOND, '2020-01-01', UTC_TIMESTAMP(6)), TIMESTAMPDIFF(MICROSECOND, '2020-01-01', CONVERT_TZ(SYSDATE(6), @@session.time_zone, '+00:00'))`;

/** Several statements. The log's row is part of the statement that changes the visit: neither is there without the other. */
export const ROW_LOG = `
  CREATE TABLE test_row_log (seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, waiting_id BIGINT NOT NULL, booth_id BIGINT NOT NULL, user_id BIGINT NOT NULL,
    who VARCHAR(20) NOT NULL, old_status VARCHAR(20) NULL, old_type VARCHAR(20) NULL, old_released VARCHAR(80) NULL, new_status VARCHAR(20) NOT NULL, new_type VARCHAR(20) NULL,
    ticket VARCHAR(80) NULL, released VARCHAR(80) NULL, ops TEXT NULL,
    registered BIGINT NOT NULL, in_order INT NOT NULL, began_us BIGINT NOT NULL, written_us BIGINT NOT NULL) ENGINE=InnoDB;
  CREATE TRIGGER test_row_insert AFTER INSERT ON waiting FOR EACH ROW INSERT INTO test_row_log (${LOGGED}) VALUES (${NEW_VALUES}, NULL, NULL, NULL, ${AFTERWARDS});
  CREATE TRIGGER test_row_update AFTER UPDATE ON waiting FOR EACH ROW INSERT INTO test_row_log (${LOGGED}) VALUES (${NEW_VALUES}, OLD.status, OLD.completion_type, OLD.kiosk_released, ${AFTERWARDS});
  SELECT 1`;

type Status = 'CALLED' | 'ENTERED' | 'COMPLETED';

export interface RowChange {
  readonly waitingId: number;
  readonly boothId: number;
  readonly userId: number;
  readonly who: 'kiosk' | 'backend';
  /** Null: the row is new. */
  readonly from: Status | null;
  readonly fromType: string | null;
  readonly to: Status;
  readonly completionType: string | null;
  /** The second of registration, epoch. */
  readonly registeredS: number;
  /** Of rows kiosks wrote: booth:user:score. */
  readonly ticket: string | null;
  /** The ticket of a row that was given up, before and after: it went back into the queue. */
  readonly releasedBefore: string | null;
  readonly released: string | null;
  /** Of the last action a kiosk did to this visit; of a call the kind is none. */
  readonly lastOperation: string | null;
  readonly lastKind: string;
  readonly timesInOrder: boolean;
  /** When the statement began and when it wrote this, by the server's clock: two that overlap could not know of each other. */
  readonly beganUs: number;
  readonly writtenUs: number;
}

const LAST_OPERATION = /(?:([\w-]+):)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export async function readRowLog(sql: (text: string) => Promise<RowDataPacket[]>): Promise<readonly RowChange[]> {
  const rows = await sql(`SELECT ${LOGGED} FROM test_row_log ORDER BY seq`);
  return rows.map((row) => ({ row, last: LAST_OPERATION.exec(String(row['ops'] ?? '')) })).map(({ row, last }) => ({
    waitingId: Number(row['waiting_id']), boothId: Number(row['booth_id']), userId: Number(row['user_id']),
    who: row['who'] as RowChange['who'], from: row['old_status'] as Status | null, fromType: row['old_type'] as string | null, to: row['new_status'] as Status,
    completionType: row['new_type'] as string | null, registeredS: Number(row['registered']), ticket: row['ticket'] as string | null,
    releasedBefore: row['old_released'] as string | null, released: row['released'] as string | null,
    lastOperation: last?.[2] ?? null, lastKind: last === null ? '' : (last[1] ?? 'call'),
    timesInOrder: Number(row['in_order']) === 1, beganUs: Number(row['began_us']), writtenUs: Number(row['written_us']),
  }));
}
