/** Which of the tickets a queue store lost had been seen by a mirror pass that came to its end: those the ledger's copy must have. */
import type { RowDataPacket } from 'mysql2/promise';
import type { RedisHistory } from './redis-log.ts';

/** Several statements: when each pass noted in the ledger that it was through. */
export const MIRROR_LOG = `
  CREATE TABLE test_mirror_log (epoch BIGINT NOT NULL, at_s BIGINT NOT NULL) ENGINE=InnoDB;
  CREATE TRIGGER test_mirror_insert AFTER INSERT ON kiosk_mirror FOR EACH ROW INSERT INTO test_mirror_log SELECT NEW.epoch, UNIX_TIMESTAMP(SYSDATE()) FROM (SELECT 1) one WHERE NEW.booth_id = 0;
  CREATE TRIGGER test_mirror_update AFTER UPDATE ON kiosk_mirror FOR EACH ROW INSERT INTO test_mirror_log SELECT NEW.epoch, UNIX_TIMESTAMP(SYSDATE()) FROM (SELECT 1) one WHERE NEW.booth_id = 0 AND NEW.epoch > OLD.epoch;
  SELECT 1`;

/** Two clocks tell whole seconds. */
const APART_S = 2;

interface Losses {
  /** Tickets that such a pass had seen before they were lost. */
  readonly seen: ReadonlySet<string>;
  /** Those that none had seen since they had come into the queue, when they were lost last. */
  readonly unseenLast: ReadonlySet<string>;
}

export async function readLosses(sql: (text: string) => Promise<RowDataPacket[]>, { losses, passes }: RedisHistory): Promise<Losses> {
  const ended = (await sql('SELECT epoch, at_s FROM test_mirror_log')).map((row) => ({ epoch: Number(row['epoch']), atS: Number(row['at_s']) }));
  // A queue store that lost its data counts from the ledger's epoch again: the same number may have been begun before.
  const through = ended.flatMap(({ epoch, atS }) => {
    const begun = passes.findLast((pass) => pass.epoch === epoch && pass.atS <= atS);
    return begun === undefined ? [] : [{ begunAt: begun.index, endedS: atS }];
  });
  const wasSeen = ({ since, index, atS }: (typeof losses)[number]): boolean => through.some(({ begunAt, endedS }) => begunAt > since && begunAt < index && endedS + APART_S <= atS);
  const last = new Map(losses.map((loss) => [loss.ticket, loss]));
  return {
    seen: new Set(losses.filter(wasSeen).map(({ ticket }) => ticket)),
    unseenLast: new Set([...last.values()].filter((loss) => !wasSeen(loss)).map(({ ticket }) => ticket)),
  };
}
