/** What every queue store agrees on, on a server or in memory. */
import { OVERDUE_MS } from '../../shared/limits.ts';

/** Entries one call moves out of its way at most: a queue full of rubbish must not make one tap run for ever. */
export const QUARANTINE_PER_CALL = 10;

/** Visitors inside stuck locks whom one call passes over at most. */
export const PASSED_OVER_PER_CALL = 100;

/**
 * A lock of this age that still holds somebody of the queue is one nobody can end; those behind are called all the same. The age at which
 * it is shown in red: whoever sees a visitor passed over sees why.
 */
export const STUCK_LOCK_MS = OVERDUE_MS;

/** Scores from here on are no time, neither in seconds nor in milliseconds. */
export const NO_TIME_SCORE = 1e13;

/** An operation id is remembered this long after its lock was closed: longer than any packet or retry lives. */
export const DONE_REMEMBERED_SECONDS = 86_400;

/** Gaps between neighbours that putting somebody back behind others looks into at most: many visitors may share one second. */
export const GAPS_LOOKED_AT = 100;

/** A process silent for this long is forgotten. */
export const FORGET_SILENT_MS = 3_600_000;

/** Entries of one booth's quarantine that are read at most. */
export const SET_ASIDE_READ_MAX = 1_000;

/** Locks of the backend's watched at most. */
export const FOREIGN_LOCKS_MAX = 1_000;

/** Entries of all booths into which registrations were merged, remembered at most. */
export const MERGED_ENTRIES_MAX = 1_000;

/** Scores of one entry that are remembered so at most, the earliest ones. */
export const MERGED_SCORES_MAX = 8;
