/**
 * A fence raises a generation or revision past the one in a lock by so much at most: a lock whose number is nonsense must not use up the numbers
 * there are. No booth or visit ever gets as far as such a lock's number, so its commit is as impossible.
 */
export const LEAP_MAX = 2 ** 20;
