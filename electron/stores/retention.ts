/** How long the ledger keeps what no decision needs any more; removed at a kiosk's start, in bounded steps. */

/** Of processes that came and went under new names. */
export const PASS_DAYS = 7;
/** What `trace` can tell of. */
export const JOURNAL_DAYS = 90;
/** Registrations whose visit is in the history. */
export const SERVED_TICKET_DAYS = 7;
/** Rows one start removes of each table. */
export const REMOVED_PER_START = 10_000;
