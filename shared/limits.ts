/** Limits both processes know. Units are in the names. */
export const NICKNAME_MAX_CHARS = 50;
/** Rule of the festival: a visitor waits at no more booths at once. */
export const MAX_QUEUES_PER_USER = 2;
/** A visitor called this long ago counts as absent. */
export const NO_SHOW_MS = 5 * 60_000;
/** A soft lock of this age is shown in red. It never expires. */
export const OVERDUE_MS = 60_000;
/** The front of the queue a snapshot carries. */
export const BOARD_WAITING_LIMIT = 50;
/** Minutes one turn of the booth takes until a rate has been measured. */
export const MINUTES_PER_TURN = 10;
