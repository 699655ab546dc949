/**
 * `ops report`: the figures of a day at each booth, for people or as CSV. It names no visitor.
 */
import { writeFile } from 'node:fs/promises';
import { type Result, fail, ok } from '../../shared/errors.ts';
import type { Core } from '../core/core.ts';
import { refusal } from '../core/refusals.ts';
import { reportOfDay } from '../core/report.ts';
import { BYTE_ORDER_MARK, reportCsv } from '../core/report-csv.ts';
import type { Answer } from './answer.ts';
import type { Command } from './usage.ts';

/** BOOTH_NOT_FOUND when there is no such booth; USAGE when the file cannot be written. Throws StoreFailure. */
export async function report(core: Core, { date, boothId, csv }: Command, timeZone: string): Promise<Result<Answer>> {
  const day = await reportOfDay(core.ledger, boothId, date ?? '', timeZone);
  if (day === null) return { ok: false, error: refusal('BOOTH_NOT_FOUND') };
  const unreadable = day.booths.flatMap((booth) => booth.unreadable);
  if (csv === null) return ok({ date: day.date, timeZone, booths: day.booths, unreadable });
  if (csv === '-') return ok({ csv: reportCsv(day) });
  try {
    await writeFile(csv, BYTE_ORDER_MARK + reportCsv(day));
  } catch (error) {
    return fail('USAGE', `--csv: ${csv} cannot be written: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return ok({ date: day.date, timeZone, file: csv, booths: day.booths.length, unreadable });
}
