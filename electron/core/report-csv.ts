/** The report of a day as CSV (RFC 4180): CRLF, a header, one record for each hour and `all` for the day. */
import type { DayReport, ReportFigures } from '../../shared/report.ts';

const COLUMNS = ['called', 'entered', 'completed', 'noShow', 'cancelled', 'left', 'medianWaitS', 'p90WaitS'] as const satisfies readonly (keyof ReportFigures)[];
const HEADER = ['date', 'booth', 'booth_name', 'hour', 'called', 'entered', 'completed', 'no_show', 'cancelled', 'left', 'median_wait_s', 'p90_wait_s', 'unreadable'];
/** Spreadsheets take text for their own encoding without it, and Korean names for noise. Of a file only: piped, it would be part of the first word. */
export const BYTE_ORDER_MARK = '\uFEFF';

type Field = string | number | null;

export function reportCsv({ date, booths }: DayReport): string {
  const records = booths.flatMap(({ boothId, name, hours, unreadable, ...day }) => [
    ...hours.map((each) => [date, boothId, name, each.hour, ...valuesOf(each), null]),
    [date, boothId, name, 'all', ...valuesOf(day), unreadable.length],
  ]);
  return [HEADER, ...records].map((fields: readonly Field[]) => `${fields.map(cell).join(',')}\r\n`).join('');
}

function valuesOf(figures: ReportFigures): readonly Field[] {
  return COLUMNS.map((column) => figures[column]);
}

/** A spreadsheet runs what begins like a formula, whoever wrote it into the name of a booth: an apostrophe makes it a text. */
function cell(value: Field): string {
  if (typeof value !== 'string') return String(value ?? '');
  const harmless = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
