/** The list of a visit's actions in `waiting.kiosk_ops`, as both ledgers keep it: oldest first, separated by commas. */
import { evidenceOf, type VisitKind } from '../core/waiting.ts';

/** The oldest entries give way to the newest: some forty actions on one visit are remembered. */
export const KEPT_EVIDENCE_CHARS = 2_000;

/** The operation that was the latest of its kind on a visit; null: none is remembered. `kept` as below. */
export function latestOperation(kept: unknown, kind: VisitKind): string | null {
  const prefix = evidenceOf(kind, '');
  const latest = typeof kept === 'string' ? kept.split(',').findLast((entry) => entry.startsWith(prefix)) : undefined;
  return latest === undefined ? null : latest.slice(prefix.length);
}

/** @param kept the column's value: null when no kiosk has acted on the visit */
export function holdsEvidence(kept: unknown, kind: VisitKind, operationId: string): boolean {
  return typeof kept === 'string' && kept.split(',').includes(evidenceOf(kind, operationId));
}

/** Which of these operations, attempts of one request, is remembered; null: none. */
export function attemptIn(kept: unknown, kind: VisitKind, attempts: readonly string[]): string | null {
  return attempts.find((id) => holdsEvidence(kept, kind, id)) ?? null;
}
