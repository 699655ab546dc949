/** How long the ledger keeps what no decision needs any more; removed at a kiosk's start, in bounded steps. */

/** Every pass of every kiosk: what the panel shows over time. */
export const PASS_DAYS = 2;
/** What `trace` can tell of. */
export const JOURNAL_DAYS = 90;
export const INCIDENT_DAYS = 90;
/** Registrations that nothing is left to do for: their visit is in the history, or they were given up. */
export const SERVED_TICKET_DAYS = 7;
/** Rows one start removes of each table. */
export const REMOVED_PER_START = 10_000;
