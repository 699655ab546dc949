/**
 * Check: every invariant at every booth, on the live stores, with the evidence it rests on and what that evidence cannot tell.
 */
import { audit, type AuditReport } from './audit.ts';
import type { Core } from './core.ts';
import { isVerified } from './refill.ts';

interface CheckReport {
  readonly ok: boolean;
  readonly booths: readonly AuditReport[];
  /** What was compared. */
  readonly evidence: readonly string[];
  /** What nobody can tell from it. */
  readonly cannotTell: readonly string[];
}

/** Throws StoreFailure when a store does not answer. */
export async function checkAll(core: Core): Promise<CheckReport> {
  const booths: AuditReport[] = [];
  for (const { boothId } of await core.ledger.listBooths()) {
    const report = await audit(core, boothId, false);
    if (report !== null) booths.push(report);
  }
  const mirror = await core.ledger.readMirror();
  const mark = await core.queue.readMark();
  const verified = isVerified(mark, mirror.epoch);
  const copied = mirror.atMs === null ? 'no mirror pass has ended yet' : `the queues were copied ${Math.round((mirror.nowMs - mirror.atMs) / 1000)} s ago (epoch ${mirror.epoch})`;
  return {
    ok: verified && booths.every((booth) => booth.ok),
    booths,
    evidence: [
      `${booths.length} booth(s): queues, soft locks, counts and active booths in the queue store; rows, registrations and the copy of the queues in the ledger`,
      `${copied}; the queue store ${verified ? 'holds all that was copied from it since' : 'was replaced, emptied or set back since: calls wait for the refill'}`,
      'what differed was looked at twice',
    ],
    cannotTell: [
      mirror.atMs === null ? 'whether the queue store lost anybody who registered through another program' : 'whether the queue store lost somebody who registered through another program after that copy',
      'whether a visitor of the app who is missing from a queue left, or was taken out by a backend that then died',
      'whether calls into a full booth were a supervisor’s decision: the journal tells',
    ],
  };
}
