/** More than a festival's longest queue: whoever reads all of one reads at most this much. */
export const LONGEST_QUEUE = 100_000;
