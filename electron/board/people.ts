/**
 * Names and numbers by user id, remembered for a while: a queue of a thousand is not asked for anew every second.
 */
import type { Person } from '../../shared/snapshot.ts';
import type { Ledger } from '../core/ledger.ts';

const REMEMBERED = 5_000;
/** Visitors may change their nickname; an unknown user may appear. */
const FRESH_MS = 60_000;

interface People {
  /** Empty name for users not known (yet). */
  get(userId: number): Person;
  /** Every one of these was asked for lately, whether or not the ledger knew them. */
  knows(userIds: readonly number[]): boolean;
  remember(person: Person): void;
  /** Asks the ledger for those not remembered. True when something became known. Throws StoreFailure. */
  load(boothId: number, userIds: readonly number[]): Promise<boolean>;
  forgetAll(): void;
}

/** @param nowMs any clock that does not jump */
export function createPeople(ledger: Ledger, nowMs: () => number): People {
  const known = new Map<number, { readonly person: Person; readonly atMs: number }>();
  const put = (person: Person): void => {
    known.delete(person.userId);
    known.set(person.userId, { person, atMs: nowMs() });
    if (known.size > REMEMBERED) known.delete(known.keys().next().value as number);
  };
  const isMissing = (userId: number): boolean => nowMs() - (known.get(userId)?.atMs ?? -Infinity) > FRESH_MS;
  return {
    knows: (userIds) => !userIds.some(isMissing),
    get: (userId) => known.get(userId)?.person ?? { userId, name: '', number: null },
    remember: put,
    async load(boothId, userIds) {
      const missing = userIds.filter(isMissing);
      if (missing.length === 0) return false;
      const found = new Map((await ledger.readPeople(boothId, missing)).map((person) => [person.userId, person]));
      for (const userId of missing) put(found.get(userId) ?? { userId, name: '', number: null });
      return true;
    },
    forgetAll: () => known.clear(),
  };
}
