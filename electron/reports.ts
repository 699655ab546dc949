/**
 * The report of a day, for the screen and as a file. The file is made here from the stores, never from what the screen holds.
 */
import { writeFile } from 'node:fs/promises';
import type { ReportAnswer, ReportRequest, SavedReport } from '../shared/channels.ts';
import { ok, type Result } from '../shared/errors.ts';
import { dayOf } from '../shared/festival-day.ts';
import { askStores } from './ask-stores.ts';
import type { Board } from './board/board.ts';
import type { Ledger } from './core/ledger.ts';
import type { Logger } from './core/ports.ts';
import { refusal } from './core/refusals.ts';
import { reportOfDay } from './core/report.ts';
import { BYTE_ORDER_MARK, reportCsv } from './core/report-csv.ts';

/** Asks the person where to write a file of this name. Null: nowhere after all. */
export type ChooseFile = (name: string) => Promise<string | null>;

export interface Reports {
  read(request: ReportRequest): Promise<Result<ReportAnswer>>;
  save(request: ReportRequest): Promise<Result<SavedReport>>;
}

interface ReportsOptions {
  readonly ledger: Ledger;
  readonly board: Board;
  readonly timeZone: string;
  readonly chooseFile: ChooseFile;
  readonly logger: Logger;
}

export function createReports({ ledger, board, timeZone, chooseFile, logger }: ReportsOptions): Reports {
  const read = ({ date, boothId }: ReportRequest): Promise<Result<ReportAnswer>> =>
    askStores(board, 'ledger', async () => {
      const { nowMs } = await ledger.readMirror();
      const today = dayOf(nowMs, timeZone);
      const report = await reportOfDay(ledger, boothId, date ?? today, timeZone);
      return report === null ? { ok: false, error: refusal('BOOTH_NOT_FOUND') } : ok({ ...report, today });
    });
  return {
    read,
    async save(request) {
      const report = await read(request);
      if (!report.ok) return report;
      const file = await chooseFile(fileName(report.value.date, request.boothId));
      if (file === null) return ok({ outcome: 'cancelled', file: '' });
      try {
        await writeFile(file, BYTE_ORDER_MARK + reportCsv(report.value));
        return ok({ outcome: 'saved', file });
      } catch (error) {
        logger.log('warn', 'report-not-written', { reason: error instanceof Error && 'code' in error ? String(error.code) : 'unknown error' });
        return ok({ outcome: 'not-written', file });
      }
    },
  };
}

function fileName(date: string, boothId: number | null): string {
  return boothId === null ? `report-${date}.csv` : `report-${date}-booth-${boothId}.csv`;
}
