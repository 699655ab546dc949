/**
 * A fence raises a generation or revision past the one in a lock, unless that is further away than this: then the lock's number is nonsense, is
 * passed over (the fence raises by one), and does not use up the numbers there are. A booth or visit would have to be changed a million times to
 * get to such a number.
 */
export const LEAP_MAX = 2 ** 20;
