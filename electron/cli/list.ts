/**
 * `ops list`: who waits, who is called, who is inside, who has gone lately.
 */
import { type Result, ok } from '../../shared/errors.ts';
import type { Core } from '../core/core.ts';
import type { VisitRow } from '../core/ledger.ts';
import { LONGEST_QUEUE } from '../core/longest-queue.ts';
import { refusal } from '../core/refusals.ts';
import type { Answer } from './answer.ts';

/** Who can still be let in or queued again. */
const GONE_SHOWN = 100;

/** BOOTH_NOT_FOUND when there is no such booth. */
export async function listBooth(core: Core, boothId: number): Promise<Result<Answer>> {
  const history = await core.ledger.readBooth(boothId);
  if (history === null) return { ok: false, error: refusal('BOOTH_NOT_FOUND') };
  const queue = await core.queue.readQueue(boothId, LONGEST_QUEUE);
  const people = new Map(
    (await core.ledger.readPeople(boothId, queue.entries.flatMap(({ userId }) => (userId === null ? [] : [userId])))).map((person) => [person.userId, person]),
  );
  return ok({
    boothId,
    waiting: queue.entries.map(({ userId, member, score }, index) => {
      const person = userId === null ? undefined : people.get(userId);
      return { position: index + 1, userId: userId ?? member, score, name: person?.name ?? '', number: person?.number ?? null };
    }),
    called: history.live.filter((visit) => visit.status === 'CALLED').map(visitAnswer),
    inside: history.live.filter((visit) => visit.status === 'ENTERED').map(visitAnswer),
    gone: (await core.ledger.readGone(boothId, GONE_SHOWN)).map((visit) => ({ ...visitAnswer(visit), endedAs: visit.endedAs, endedAtMs: visit.completedAtMs })),
  });
}

function visitAnswer({ waitingId, userId, status, name, number, calledAtMs, enteredAtMs, heldUntilMs, announced }: VisitRow): Answer {
  return { waitingId, userId, status, name, number, calledAtMs, enteredAtMs, heldUntilMs, announced };
}
