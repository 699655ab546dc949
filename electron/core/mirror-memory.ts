/**
 * What this process remembers of the queues it has mirrored, so that a pass over queues that did not change costs the same however
 * long they are.
 */
export interface MirrorMemory {
  /** Whether the queue with this fingerprint is the one mirrored last. */
  isMirrored(boothId: number, fingerprint: string): boolean;
  remember(boothId: number, fingerprint: string): void;
  /** The booth's queue is being read. */
  noteLook(boothId: number): void;
  /** Those whose queue was read longest ago first. */
  leastRecent(boothIds: readonly number[]): readonly number[];
  /** A pass begins. Now and then everything is looked at again: a fingerprint can miss a change. */
  beginPass(): void;
  /** Nothing is known any more: the queue store is another one, or another kiosk has mirrored since. */
  forget(): void;
}

/** Passes after which every queue is read again, changed or not. */
const PASSES_TO_TRUST = 10;

export function createMirrorMemory(): MirrorMemory {
  const fingerprints = new Map<number, string>();
  const looks = new Map<number, number>();
  let lastLook = 0;
  let passes = 0;
  return {
    isMirrored: (boothId, fingerprint) => fingerprints.get(boothId) === fingerprint,
    remember: (boothId, fingerprint) => void fingerprints.set(boothId, fingerprint),
    noteLook: (boothId) => void looks.set(boothId, ++lastLook),
    leastRecent: (boothIds) => boothIds.toSorted((a, b) => (looks.get(a) ?? 0) - (looks.get(b) ?? 0)),
    beginPass() {
      passes++;
      if (passes % PASSES_TO_TRUST === 0) fingerprints.clear();
    },
    forget: () => fingerprints.clear(),
  };
}
