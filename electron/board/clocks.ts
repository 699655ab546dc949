/**
 * How far the clocks of this machine and of both stores are apart. It decides nothing: somebody should set them right, because
 * times on the festival's screens and reports come from all of them.
 */
import type { StoreView } from '../../shared/snapshot.ts';

/** Clocks further apart than this are worth a warning. */
const APART_MS = 2_000;

type Role = StoreView['role'];
/** A clock as its distance from this process's monotonic one, which never jumps; `unsureMs` either way. */
interface Reading {
  readonly offsetMs: number;
  readonly unsureMs: number;
}

interface Clocks {
  /** Asks a store for its time, epoch ms, and keeps what it says against the middle of the round trip. */
  measure<T>(role: Role, request: () => Promise<T>, timeOf: (answer: T) => number | null): Promise<T>;
  /** What a store that is away said long ago is no news. */
  forget(role: Role): void;
  /** For a store: the clocks its own one is too far from. The ledger is compared with the queue store, not the other way round. */
  apart(role: Role): StoreView['clocksApart'];
}

export function createClocks(): Clocks {
  const readings = new Map<Role, Reading>();

  const between = (from: 'kiosk' | 'queue', own: Reading | undefined, other: Reading | undefined): StoreView['clocksApart'] => {
    if (own === undefined || other === undefined) return [];
    const apartMs = Math.abs(own.offsetMs - other.offsetMs);
    return apartMs - own.unsureMs - other.unsureMs > APART_MS ? [{ from, seconds: Math.round(apartMs / 1_000) }] : [];
  };

  return {
    async measure(role, request, timeOf) {
      const sentMs = performance.now();
      const answer = await request();
      const tookMs = performance.now() - sentMs;
      const timeMs = timeOf(answer);
      if (timeMs !== null) readings.set(role, { offsetMs: timeMs - (sentMs + tookMs / 2), unsureMs: tookMs / 2 });
      return answer;
    },
    forget: (role) => void readings.delete(role),
    apart(role) {
      const own = readings.get(role);
      const kiosk = { offsetMs: Date.now() - performance.now(), unsureMs: 0 };
      return [...between('kiosk', own, kiosk), ...(role === 'ledger' ? between('queue', own, readings.get('queue')) : [])];
    },
  };
}
