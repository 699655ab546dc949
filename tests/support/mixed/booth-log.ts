/**
 * Every call by a kiosk, every registration at one, and every place given up or dismissed, as triggers in the database saw it, with what
 * the booth's row said at that very instant: it is read under a lock which the commit holds already, so that nobody waits for the log.
 * Commits at a booth wait for each other at its anchor, so that the log has them in the order they took effect.
 */
import type { RowDataPacket } from 'mysql2/promise';

const LOGGED = 'ticket, what, operation_id, told, status, paused, last_call, closing';

const logged = (ticket: string, what: string, operation: string, told: string): string => `INSERT INTO test_booth_log (${LOGGED})
    SELECT ${ticket}, '${what}', ${operation}, ${told}, b.status, k.paused_at IS NOT NULL, k.last_call_at IS NOT NULL, k.dismiss_op
    FROM kiosk_booth k JOIN booth b ON b.id = k.booth_id WHERE k.booth_id = NEW.booth_id LOCK IN SHARE MODE;`;
/** No rule of it asks what the booth was then, and nothing may wait for it. */
const plain = (what: string, operation: string): string => `INSERT INTO test_booth_log (ticket, what, operation_id, told) VALUES (NEW.ticket, '${what}', ${operation}, 0);`;
const LEFT = `IF NEW.event_tries IS NOT NULL THEN ${logged('NEW.ticket', 'dismissed', 'NEW.left_op', 'NEW.event_due IS NOT NULL AND NEW.left_reason IS NOT NULL')}
    ELSE ${plain('left', 'NEW.left_op')} END IF;`;

/** Several statements. */
export const BOOTH_LOG = `
  CREATE TABLE test_booth_log (seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, ticket VARCHAR(80) NOT NULL, what VARCHAR(20) NOT NULL, operation_id CHAR(36) NULL, told INT NOT NULL,
    status VARCHAR(10) NULL, paused INT NULL, last_call INT NULL, closing CHAR(36) NULL) ENGINE=InnoDB;
  CREATE TRIGGER test_booth_call AFTER INSERT ON waiting FOR EACH ROW BEGIN
    IF NEW.kiosk_call_op IS NOT NULL THEN ${logged('NEW.kiosk_ticket', 'called', 'NEW.kiosk_call_op', '0')} END IF;
  END;
  CREATE TRIGGER test_booth_register AFTER INSERT ON kiosk_queue FOR EACH ROW BEGIN
    IF NEW.operation_id IS NOT NULL THEN ${logged('NEW.ticket', 'registered', 'NEW.operation_id', '0')} END IF;
    IF NEW.left_op IS NOT NULL THEN ${LEFT} END IF;
  END;
  CREATE TRIGGER test_booth_leave AFTER UPDATE ON kiosk_queue FOR EACH ROW BEGIN
    IF NEW.operation_id IS NOT NULL AND NOT NEW.operation_id <=> OLD.operation_id THEN ${logged('NEW.ticket', 'registered', 'NEW.operation_id', '0')}
    ELSEIF NEW.left_op IS NULL AND OLD.left_op IS NOT NULL THEN ${plain('waits again', 'OLD.left_op')} END IF;
    IF NEW.left_op IS NOT NULL AND NOT NEW.left_op <=> OLD.left_op THEN ${LEFT} END IF;
  END;
  SELECT 1`;

export interface BoothStep {
  readonly ticket: string;
  /** waits again: its end was taken back, without a new registration. */
  readonly what: 'called' | 'registered' | 'left' | 'dismissed' | 'waits again';
  /** Null: of another program. */
  readonly operationId: string | null;
  /** Of a dismissal: the visitor is to be told, and why. */
  readonly isTold: boolean;
  /** Null where it was not looked at. */
  readonly status: string | null;
  readonly isPaused: boolean;
  readonly isLastCall: boolean;
  /** The operation id of the closing that is under way. */
  readonly closing: string | null;
}

export async function readBoothLog(sql: (text: string) => Promise<RowDataPacket[]>): Promise<readonly BoothStep[]> {
  const rows = await sql(`SELECT ${LOGGED} FROM test_booth_log ORDER BY seq`);
  return rows.map((row) => ({
    ticket: String(row['ticket']), what: row['what'] as BoothStep['what'], operationId: row['operation_id'] as string | null, isTold: Number(row['told']) === 1,
    status: row['status'] as string | null, isPaused: Number(row['paused']) === 1, isLastCall: Number(row['last_call']) === 1, closing: row['closing'] as string | null,
  }));
}
