/**
 * What visitors see on a screen of their own: one JSON-safe value, made by the main process from the snapshot. No name of a visitor is in
 * it but as strangers may see it. Times are epoch milliseconds by the clock of the ledger.
 */
import type { PublicName } from './public-name.ts';
import type { BoothPhase, Language } from './snapshot.ts';

export interface DisplayCall {
  /** Tells calls apart; never shown. */
  readonly waitingId: number;
  readonly name: PublicName;
}

export interface DisplayView {
  /** Of the snapshot it was made from. */
  readonly version: number;
  readonly language: Language;
  readonly timeZone: string;
  readonly now: number;
  /** Null while there is no booth to show. */
  readonly booth: {
    readonly name: string;
    readonly phase: BoothPhase;
    /** The latest few, the newest first. */
    readonly calls: readonly DisplayCall[];
    readonly waiting: number;
    /** Minutes a visitor who joins now will wait; null: until somebody leaves. */
    readonly estimatedWaitMinutes: number | null;
    /** When calls and queue were last read; null: never, or not as it should be. */
    readonly callsReadAt: number | null;
    readonly queueReadAt: number | null;
  } | null;
}
