/** What every queue store agrees on, on a server or in memory. */

/** Entries one call moves out of its way at most: a queue full of rubbish must not make one tap run for ever. */
export const QUARANTINE_PER_CALL = 10;

/** An operation id is remembered this long after its lock was closed: longer than any packet or retry lives. */
export const DONE_REMEMBERED_SECONDS = 86_400;
