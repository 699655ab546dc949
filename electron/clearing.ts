/**
 * Clearing whom an earlier day left behind, as the screen sees it: asked for once however often it is tapped, and told how far it is.
 */
import type { ClearedAnswer } from '../shared/channels.ts';
import type { Result } from '../shared/errors.ts';
import type { Snapshot } from '../shared/snapshot.ts';
import { askStores } from './ask-stores.ts';
import type { Board } from './board/board.ts';
import type { Core } from './core/core.ts';
import { clearLeftovers } from './core/leftovers.ts';

export interface Clearing {
  /** Clears who came before `beforeMs`, or before today if that is earlier. What is asked for meanwhile gets the same answer, at another booth its turn. */
  run(boothId: number, beforeMs: number, reason: string): Promise<Result<ClearedAnswer>>;
  progress(): Snapshot['clearing'];
}

/** @param onChange called whenever `progress()` differs */
export function createClearing(core: Core, board: Board, options: { readonly staff: () => string | null; readonly leftoverBefore: (nowMs: number) => number; readonly onChange: () => void }): Clearing {
  const underWay = new Map<number, Promise<Result<ClearedAnswer>>>();
  let last: Promise<unknown> = Promise.resolve();
  let progress: Snapshot['clearing'] = null;

  const tell = (next: Snapshot['clearing']): void => {
    progress = next;
    options.onChange();
  };
  const clear = (boothId: number, beforeMs: number, reason: string): Promise<Result<ClearedAnswer>> =>
    askStores(board, 'both', () =>
      clearLeftovers(core, boothId, (nowMs) => Math.min(beforeMs, options.leftoverBefore(nowMs)), { staff: options.staff(), reason, overCapacity: false }, (done, total) => tell({ boothId, done, total })),
    ).finally(() => {
      tell(null);
      board.poke();
    });

  return {
    run(boothId, beforeMs, reason) {
      const running = underWay.get(boothId) ?? last.then(() => clear(boothId, beforeMs, reason)).finally(() => underWay.delete(boothId));
      underWay.set(boothId, running);
      last = running.catch(() => undefined);
      return running;
    },
    progress: () => progress,
  };
}
