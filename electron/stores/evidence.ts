/** The list of a visit's actions in `waiting.kiosk_ops`, as both ledgers keep it: oldest first, separated by commas. */
import { evidenceOf, type VisitKind } from '../core/waiting.ts';

/** The oldest entries give way to the newest: some forty actions on one visit are remembered. */
export const KEPT_EVIDENCE_CHARS = 2_000;

/** @param kept the column's value: null when no kiosk has acted on the visit */
export function holdsEvidence(kept: unknown, kind: VisitKind, operationId: string): boolean {
  return typeof kept === 'string' && kept.split(',').includes(evidenceOf(kind, operationId));
}
