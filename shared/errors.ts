/**
 * Every way in which a request can fail, by name. Rules carry the names the festival's backend uses.
 * Failures cross the process border as values; nobody matches on message text.
 */
export const RULE_CODES = [
  'QUEUE_EMPTY',
  'BOOTH_FULL',
  'BOOTH_CLOSED',
  /** Calling was paused, at this kiosk or another. */
  'BOOTH_PAUSED',
  /** Last call: nobody new registers. */
  'BOOTH_LAST_CALL',
  /** Closing would send people away: that needs a reason. */
  'PEOPLE_WAITING',
  'BOOTH_NOT_FOUND',
  'INVALID_STATUS',
  'WAITING_NOT_FOUND',
  'USER_NOT_FOUND',
  'MAX_WAITING_EXCEEDED',
  /** Another operation on the same visitor is under way, at this kiosk or another. */
  'VISIT_BUSY',
  /** The visitor does not wait at this booth (any more). */
  'NOT_IN_QUEUE',
  /** It ended too long ago to be taken back. */
  'TOO_LATE',
  /** The queue store came back, and its queue is being compared with the history before anybody is called from it. */
  'QUEUE_UNVERIFIED',
  /** More entries at the head of the queue than one tap takes out of the way cannot be called; or the visitor asked for waits with a score that is none. */
  'QUEUE_ENTRY_INVALID',
  /** Other kiosks kept getting in between; nothing was done, tap again. */
  'CONTENDED',
  /** The operation id given already belongs to a different action. */
  'OPERATION_MISMATCH',
] as const;
export type RuleCode = (typeof RULE_CODES)[number];

export const STORE_CODES = [
  'QUEUE_STORE_UNREACHABLE',
  'LEDGER_UNREACHABLE',
  /** Reached, but it cannot serve: wrong password, no permission, a table of a foreign shape, wrong kind of server. */
  'QUEUE_STORE_UNFIT',
  'LEDGER_UNFIT',
  /** The embedded stores belong to another running process. */
  'STORE_HELD',
] as const;
export type StoreCode = (typeof STORE_CODES)[number];

export type ErrorCode =
  | RuleCode
  | StoreCode
  /** Sent, but no reply: the action may have happened. Asking again with the same operation id is safe. */
  | 'OUTCOME_UNKNOWN'
  | 'USAGE'
  | 'SETTINGS_INVALID'
  | 'BAD_REQUEST'
  | 'INTERNAL';

export interface AppError {
  readonly code: ErrorCode;
  /** One English sentence for logs and the command line: what is wrong, where, and what to do. */
  readonly message: string;
  /** Values for the screen's own sentence in its language. */
  readonly params?: Readonly<Record<string, string | number>>;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppError };

/** Wraps a success. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps a failure. */
export function fail(code: ErrorCode, message: string, params?: AppError['params']): Result<never> {
  return { ok: false, error: params === undefined ? { code, message } : { code, message, params } };
}
