/** What is done to those who wait, beside calling the next: asked for from a menu. */
import type { AskedNote } from '../shared/channels.ts';
import type { Result } from '../shared/errors.ts';
import type { Person } from '../shared/snapshot.ts';
import { tap, type Told } from './actions.ts';
import { request } from './api.ts';

/** Calls somebody out of turn. The story is told where every call's is, at the main button. */
export function callChosen(boothId: number, { userId, name, number }: Person, reason: string, overCapacity: boolean): void {
  void tap({ kind: 'call', boothId, id: boothId, person: { userId, name, number } }, () => request('booth:call-chosen', { boothId, userId, reason, overCapacity }), false);
}

/** Calls the next visitor of a booth that has no room for them. */
export function callOver(boothId: number, reason: string): void {
  void tap({ kind: 'call', boothId, id: boothId }, () => request('booth:call-next', { boothId, reason, overCapacity: true }), false);
}

/** Calls the next few, one after the other. */
export function callSeveral(boothId: number, count: number): void {
  void tap({ kind: 'call', boothId, id: boothId }, async (): Promise<Result<Told>> => {
    const answer = await request('booth:call-several', { boothId, count });
    if (!answer.ok) return answer;
    const last = answer.value.calls.at(-1);
    // At least one was called, or the answer is a refusal: that is the contract.
    return last === undefined ? { ok: false, error: answer.value.stopped ?? { code: 'INTERNAL', message: 'No call, and no reason.' } } : { ok: true, value: { ...last, together: answer.value } };
  }, false);
}

/** Takes somebody who waits out of the queue. */
export function leaveQueue(boothId: number, { userId, name, number }: Person, { reason }: AskedNote): void {
  void tap({ kind: 'leave', boothId, id: userId, person: { userId, name, number } }, () => request('booth:leave', reason === undefined ? { boothId, userId } : { boothId, userId, reason }));
}
