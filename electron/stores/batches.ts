/** One step carries this many items at most: longer ones would keep a server from everybody else. */
const BATCH_MAX = 1_000;

/** The items in batches of at most BATCH_MAX, in order. None for no items. */
export function batchesOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / BATCH_MAX) }, (_, batch) => items.slice(batch * BATCH_MAX, (batch + 1) * BATCH_MAX));
}
