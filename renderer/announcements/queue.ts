/**
 * One announcement after the other, in the order of the calls. What is no longer true when its turn comes is left out, and what stops
 * being true while it is heard is broken off.
 */
interface AnnouncementQueue<T> {
  add(item: T): void;
  /** The world has changed: the one being heard may have to end. */
  recheck(): void;
  /** Breaks off the one being heard, and forgets the others. */
  silence(): void;
}

interface QueueOptions<T> {
  /** Resolves when it was heard, or nothing more can be done. Never rejects, and ends soon after the signal is given. */
  readonly tell: (item: T, signal: AbortSignal) => Promise<void>;
  readonly holds: (item: T) => boolean;
  /** Of those that wait: with more, the oldest gives way, because a call that comes minutes late helps nobody. */
  readonly limit: number;
}

/** An empty queue. */
export function createAnnouncementQueue<T>({ tell, holds, limit }: QueueOptions<T>): AnnouncementQueue<T> {
  let waiting: readonly T[] = [];
  let current: { readonly item: T; readonly end: AbortController } | null = null;

  const work = async (): Promise<void> => {
    for (let [item, ...rest] = waiting; item !== undefined; [item, ...rest] = waiting) {
      waiting = rest;
      if (!holds(item)) continue;
      current = { item, end: new AbortController() };
      await tell(item, current.end.signal);
    }
    current = null;
  };

  return {
    add(item) {
      waiting = [...waiting, item].slice(-limit);
      if (current === null) void work();
    },
    recheck() {
      if (current !== null && !holds(current.item)) current.end.abort();
    },
    silence() {
      waiting = [];
      current?.end.abort();
    },
  };
}
