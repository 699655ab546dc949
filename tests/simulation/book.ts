/** Of whom the festival owes a place: registrations, and where each must stand. */
import type { MemoryQueueState } from '../../electron/stores/embedded/memory-state.ts';
import type { SoftLock } from '../../electron/core/ports.ts';
import { placesOf, RETURNING } from './places.ts';
import type { Record_ } from './record.ts';
import type { Must } from './violation.ts';

export interface Book {
  readonly owe: (boothId: number, userId: number, score: number) => void;
  /** Whoever was called since is owed nothing: a visitor stands in a queue once, and has had their turn. */
  readonly owes: (boothId: number, userId: number, score: number) => boolean;
  /** Copied by a pass, and not called: even one that nobody is owed since the queue store lost it may be put back. */
  readonly isKept: (boothId: number, userId: number, score: number) => boolean;
  /** Registrations at this booth, as text, of those who are neither set aside nor in another program's hands. */
  readonly waitingAt: (boothId: number) => ReadonlySet<string>;
  /** Owed a place, or used up by another program's call only in so far as it was merged into what that was for: kiosks cannot know that. */
  readonly mayStand: (boothId: number, userId: number, score: number) => boolean;
  /** The registration at `score` has ended, and with it those merged into it: whose visitor stands nowhere else. `by`: a visit of ours, an act of ours without one, or another program. */
  readonly end: (boothId: number, userId: number, score: number, by: number | 'kiosk' | 'elsewhere') => void;
  /** It ended with another one, which it was merged into, by an act of a kiosk's that was not taken back: it must not be called. */
  readonly isOver: (boothId: number, userId: number, score: number) => boolean;
  /** This visit of ours was given up: what was merged into its ticket ends with that no more. */
  readonly takenBack: (waitingId: number) => void;
  /** Called by another program: for this registration, or for an earlier one it was merged with. */
  readonly hasForeignVisit: (boothId: number, userId: number, score: number) => boolean;
  /** Somebody who has been called stands in the queue: a newer registration may be merged into that entry, and go with it. */
  readonly putBackThoughCalled: (boothId: number, userId: number, score: number) => void;
  /** Another program called somebody: with that every registration of theirs is used up that stands nowhere. */
  readonly calledElsewhere: (boothId: number, userId: number) => void;
  /** What joined through the app since the last mirror pass may be gone with the queue store's data. */
  readonly queueLost: () => void;
  /** Nobody is lost. `isBusy`: whether somebody living is at work. */
  readonly check: (isBusy: () => boolean) => void;
  /** Somebody another program holds between two commands. */
  readonly inHands: (holds: (boothId: number, userId: number) => readonly number[]) => void;
}

function ticketOf(boothId: number, userId: number, score: number): string {
  return `${boothId}:${userId}:${score}`;
}
function partsOf(ticket: string): readonly [boothId: number, userId: number, score: number] {
  const [boothId = 0, userId = 0, score = 0] = ticket.split(':').map(Number);
  return [boothId, userId, score];
}

/**
 * @param isCommitted whether the change of this lock's ticket is in the ledger
 * @param clocksJump then the ledger may take a registration for one made after the call that ended it
 */
export function createBook(state: MemoryQueueState, record: () => Record_, isCommitted: (lock: SoftLock) => boolean, clocksJump: boolean, must: Must): Book {
  /** booth:user → scores of registrations that are owed a place, each with the latest visit there was: a call since has a higher id, whatever clocks say. */
  const book = new Map<string, Map<number, number>>();
  /** Ticket → the act of ours it ended with, merged into another one. */
  const over = new Map<string, number | 'kiosk'>();
  /** Tickets that went with another one, which another program had used up. */
  const spared = new Set<string>();
  let hands: (boothId: number, userId: number) => readonly number[] = () => [];

  const scoresOf = (boothId: number, userId: number): Map<number, number> => {
    const key = `${boothId}:${userId}`;
    const scores = book.get(key) ?? new Map<number, number>();
    book.set(key, scores);
    return scores;
  };
  /**
   * Until a visit is given up its visitor is in its row: nobody stands in the lock that would put them back. Nor does anybody, once it is in
   * the ledger, in one that takes them out.
   */
  const holds = (lock: SoftLock): boolean => lock.kind === 'join' || RETURNING.has(lock.kind) === isCommitted(lock);
  const isVerified = (): boolean => state.mark !== null && state.mark.run === state.run && state.mark.epoch >= record().epoch;
  const isInCopy = (boothId: number, userId: number, score: number): boolean => {
    const found = record().copy.get(ticketOf(boothId, userId, score));
    return found !== undefined && found.left_at === null && found.gone_at === null;
  };
  const hasForeignVisit: Book['hasForeignVisit'] = (boothId, userId, score) => {
    for (const visit of record().visits.values()) {
      if (visit.booth_id !== boothId || visit.user_id !== userId || visit.kiosk_call_op !== null || visit.kiosk_released !== null) continue;
      if (Math.floor(visit.registered_at / 1000) === Math.floor(score) || visit.called_at / 1000 >= score) return true;
    }
    return false;
  };
  /** Called after they had registered, by whomever and for whatever ticket: a visitor stands in a queue once, and has had their turn. */
  const wasCalledSince = (boothId: number, userId: number, score: number): boolean => {
    const latest = scoresOf(boothId, userId).get(score) ?? Infinity;
    return [...record().visits.values()].some((visit) => visit.id > latest && visit.booth_id === boothId && visit.user_id === userId && visit.kiosk_released === null);
  };
  const owes: Book['owes'] = (boothId, userId, score) =>
    scoresOf(boothId, userId).has(score) && !hasForeignVisit(boothId, userId, score) && !wasCalledSince(boothId, userId, score);
  const isKept: Book['isKept'] = (boothId, userId, score) =>
    isInCopy(boothId, userId, score) && ![...record().visits.values()].some((visit) => visit.kiosk_ticket === ticketOf(boothId, userId, score));
  const spare = (boothId: number, userId: number, score: number): void => {
    scoresOf(boothId, userId).delete(score);
    spared.add(ticketOf(boothId, userId, score));
  };
  const putBackThoughCalled: Book['putBackThoughCalled'] = (boothId, userId, score) => {
    const scores = scoresOf(boothId, userId);
    if (!hasForeignVisit(boothId, userId, score)) return;
    for (const each of scores.keys()) if (each > score && !isInCopy(boothId, userId, each)) spare(boothId, userId, each);
  };
  const standsAt = (boothId: number, userId: number, score: number): boolean =>
    placesOf(state, boothId, userId, holds).some((place) => place <= score) || hands(boothId, userId).some((place) => place <= score);

  return {
    hasForeignVisit,
    putBackThoughCalled,
    owe(boothId, userId, score) {
      scoresOf(boothId, userId).set(score, Math.max(0, ...record().visits.keys()));
      over.delete(ticketOf(boothId, userId, score));
    },
    owes,
    isKept,
    mayStand: (boothId, userId, score) => owes(boothId, userId, score) || isKept(boothId, userId, score) || spared.has(ticketOf(boothId, userId, score)),
    isOver: (boothId, userId, score) => over.has(ticketOf(boothId, userId, score)),
    takenBack(waitingId) {
      for (const [ticket, by] of over) if (by === waitingId) over.delete(ticket);
    },
    waitingAt(boothId) {
      const waiting = new Set<string>();
      for (const [key, scores] of book) {
        const [booth = 0, userId = 0] = key.split(':').map(Number);
        if (booth !== boothId || state.quarantine.get(boothId)?.has(String(userId)) === true || state.foreignLocks.has(`temp:calling:${key}`) || hands(boothId, userId).length > 0) continue;
        for (const score of scores.keys()) waiting.add(`${userId}@${score}`);
      }
      return waiting;
    },
    end(boothId, userId, score, by) {
      const places = [...placesOf(state, boothId, userId, holds), ...hands(boothId, userId)];
      const scores = scoresOf(boothId, userId);
      scores.delete(score);
      for (const each of scores.keys()) {
        if (each < score || places.some((place) => place <= each && place !== score)) continue;
        if (by === 'elsewhere') spare(boothId, userId, each);
        else {
          scores.delete(each);
          if (!clocksJump) over.set(ticketOf(boothId, userId, each), by);
        }
      }
    },
    calledElsewhere(boothId, userId) {
      const scores = scoresOf(boothId, userId);
      const queued = state.queues.get(boothId)?.get(String(userId));
      if (queued !== undefined) putBackThoughCalled(boothId, userId, queued);
      for (const score of scores.keys()) if (!standsAt(boothId, userId, score)) spare(boothId, userId, score);
    },
    queueLost() {
      for (const [key, scores] of book) {
        const [boothId = 0, userId = 0] = key.split(':').map(Number);
        for (const score of scores.keys()) if (!placesOf(state, boothId, userId, holds).includes(score) && !isInCopy(boothId, userId, score)) scores.delete(score);
      }
      // An older queue store may have what the ledger never heard of as it was before it was merged: nobody can know.
      for (const ticket of over.keys()) {
        const [boothId, userId, score] = partsOf(ticket);
        if (!record().copy.has(ticket) && placesOf(state, boothId, userId, () => true).includes(score)) over.delete(ticket);
      }
    },
    check(isBusy) {
      for (const ticket of isVerified() ? over.keys() : []) {
        const [boothId, userId, score] = partsOf(ticket);
        must(state.queues.get(boothId)?.get(String(userId)) !== score, 'outlived', () => `ticket ${ticket} ended with another one of its visitor, and waits again`);
      }
      for (const [key, scores] of book) {
        if (scores.size === 0) continue;
        const [boothId = 0, userId = 0] = key.split(':').map(Number);
        for (const score of scores.keys()) {
          if (standsAt(boothId, userId, score)) {
            must(true, 'lost', () => '');
            continue;
          }
          if (hasForeignVisit(boothId, userId, score) || wasCalledSince(boothId, userId, score)) {
            scores.delete(score);
            continue;
          }
          // A copy is enough after a loss; in a queue that was verified, only while somebody is on the way with it.
          must(isInCopy(boothId, userId, score), 'lost', () => `ticket ${key}:${score} is nowhere`);
          must(!isVerified() || isBusy(), 'lost', () => `ticket ${key}:${score} is in the copy alone, and nobody is about to put it back`);
        }
      }
    },
    inHands: (holds) => void (hands = holds),
  };
}
