/** Limits both processes know. Units are in the names. */
export const NICKNAME_MAX_CHARS = 50;
/** Rule of the festival: a visitor waits at no more booths at once. */
export const MAX_QUEUES_PER_USER = 2;
/** A visitor called this long ago counts as absent, where the settings say nothing else. */
export const NO_SHOW_MS = 5 * 60_000;
/** "Hold": a called visitor who sent word that they are coming gets this long from then on. */
export const HOLD_MS = 5 * 60_000;
/** What ended this long ago can be undone, and who has gone be let in or queued again. */
export const LATE_MS = 30 * 60_000;
/** A visitor put back behind others lets this many pass. */
export const PASSED_BY = 3;
/** Visitors one tap calls, one after the other. */
export const CALLS_AT_ONCE_MAX = 5;
/** Reasons and staff names, in characters. */
export const REASON_MAX_CHARS = 200;
export const STAFF_MAX_CHARS = 40;
/** A soft lock of this age is shown in red, and calls pass over its visitor. It never expires. */
export const OVERDUE_MS = 60_000;
/** A process not heard of for this long is taken for dead by the others. Only load depends on it, not safety. */
export const SILENT_MS = 5_000;
/** The quietest announcement, in percent of the loudest; no sound at all is muting. */
export const MIN_VOLUME = 10;
/** The front of the queue a snapshot carries. */
export const BOARD_WAITING_LIMIT = 50;
/** Entries of a queue, and of those who went lately, that a list shows. */
export const QUEUE_LISTED_MAX = 5_000;
export const DEPARTURES_LISTED_MAX = 200;
/** Minutes one turn of the booth takes until a rate has been measured. */
export const MINUTES_PER_TURN = 10;
