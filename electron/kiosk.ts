/**
 * The composition root: settings in, a running kiosk out. The only file that names every adapter.
 */
import type { RequestChannel, Requests } from '../shared/channels.ts';
import type { Result } from '../shared/errors.ts';
import type { Snapshot } from '../shared/snapshot.ts';

/** One function for every channel; requests arrive validated. Never throws: failures are values. */
export type Handlers = {
  [C in RequestChannel]: (request: Requests[C]['request']) => Promise<Result<Requests[C]['answer']>>;
};

export interface Kiosk {
  readonly handlers: Handlers;
  /** Calls `listener` with every new snapshot; the function returned stops it. */
  onSnapshot(listener: (snapshot: Snapshot) => void): () => void;
  /** Drains what is under way (bounded), closes the stores. */
  close(): Promise<void>;
}
