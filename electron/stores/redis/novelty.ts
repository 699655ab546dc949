/** Names remembered at most; beyond them nothing is new any more. */
const REMEMBERED_MAX = 1_000;

interface Novelty {
  /** Those of these names that were not there before. `complete`: all there are, so that names missing now count as new when they return. */
  among(names: readonly string[], complete: boolean): readonly string[];
}

/** Remembers what was seen, so that the log tells a change and not a state. */
export function createNovelty(): Novelty {
  const known = new Set<string>();
  return {
    among(names, complete) {
      const now = new Set(names);
      if (complete) for (const name of known) if (!now.has(name)) known.delete(name);
      const fresh: string[] = [];
      for (const name of now) {
        if (known.has(name) || known.size >= REMEMBERED_MAX) continue;
        known.add(name);
        fresh.push(name);
      }
      return fresh;
    },
  };
}
