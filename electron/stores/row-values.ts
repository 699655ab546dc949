/**
 * From what a row holds to the domain's values. Drivers leave big and decimal numbers as text. A value that cannot be what its
 * column stands for is named, never guessed: another program or another schema wrote it.
 */
import { StoreFailure } from '../core/ports.ts';
import { type CompletionType, ticketScore, type WaitingStatus } from '../core/waiting.ts';

/** An id as the kiosk can hold it exactly. Throws StoreFailure LEDGER_UNFIT naming table and id. */
export function toId(value: unknown, table: string): number {
  const id = wholeNumber(value);
  if (id !== null && id > 0) return id;
  throw unfit(`table ${table} holds the id ${shown(value)}, which is outside 1 to 2^53`);
}

/** A whole number: a count, a generation, a time. `column` is table.column. Throws StoreFailure LEDGER_UNFIT naming it. */
export function toNumber(value: unknown, column: string): number {
  const number = wholeNumber(value);
  if (number === null) throw unfit(`${column} holds ${shown(value)} where a whole number must be`);
  return number;
}

/** As toNumber, where the column may be empty. */
export function toNumberOrNull(value: unknown, column: string): number | null {
  return value === null || value === undefined ? null : toNumber(value, column);
}

/** The score of a ticket's text, which is exact by construction. Throws StoreFailure LEDGER_UNFIT naming the column. */
export function toScore(ticket: unknown, column: string): number {
  const score = typeof ticket === 'string' ? ticketScore(ticket) : NaN;
  if (!Number.isFinite(score)) throw unfit(`${column} holds ${shown(ticket)}, which is no ticket`);
  return score;
}

/**
 * The score of a visit's ticket; null for no ticket, and for a text that is not this visitor's ticket at this booth: other programs'
 * rows carry none, and the audit names those that carry something else.
 */
export function toTicketScore(ticket: unknown, boothId: number, userId: number): number | null {
  const score = typeof ticket === 'string' && ticket.startsWith(`${boothId}:${userId}:`) ? ticketScore(ticket) : NaN;
  return Number.isFinite(score) ? score : null;
}

/** Visitors a booth has room for: none where that is empty or negative. Throws StoreFailure LEDGER_UNFIT for what is no number. */
export function toCapacity(value: unknown): number {
  return Math.max(0, toNumberOrNull(value, 'booth.capacity') ?? 0);
}

/** Those rows that can be read: one that another program broke must not hide the others. Asked for by itself, it is named. */
export function readableRows<R, T>(rows: readonly R[], read: (row: R) => T): T[] {
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch (error) {
      if (error instanceof StoreFailure) return [];
      throw error;
    }
  });
}

const STATUSES: Readonly<Record<WaitingStatus, true>> = { CALLED: true, ENTERED: true, COMPLETED: true };

/** Throws StoreFailure LEDGER_UNFIT for a status the festival does not know. */
export function toStatus(value: unknown): WaitingStatus {
  if (typeof value === 'string' && isStatus(value)) return value;
  throw unfit(`waiting.status holds ${shown(value)}, which is no status`);
}

/** Null for none, and for a text the festival does not know. */
export function toEndedAs(value: unknown): CompletionType | null {
  return value === 'ENTERED' || value === 'NO_SHOW' || value === 'CANCELLED' ? value : null;
}

/** A time in seconds or milliseconds with its fraction, as exact as a double holds it. Throws StoreFailure LEDGER_UNFIT naming the column. */
export function toTime(value: unknown, column: string): number {
  const time = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof time === 'number' && Number.isFinite(time)) return time;
  throw unfit(`${column} holds ${shown(value)} where a time must be`);
}

/** Null for none. */
export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** '' for none. */
export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isStatus(value: string): value is WaitingStatus {
  return Object.hasOwn(STATUSES, value);
}

function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

const SHOWN_CHARS_MAX = 40;

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'object' || typeof value === 'symbol' ? `a value of type ${typeof value}` : `"${String(value).slice(0, SHOWN_CHARS_MAX)}"`;
}

function unfit(what: string): StoreFailure {
  return new StoreFailure('LEDGER_UNFIT', `The ledger cannot serve: ${what}.`, 'no');
}
