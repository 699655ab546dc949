/**
 * What a booth's row and the kiosks' own record beside it come to. Pure.
 */
import type { BoothPhase, PhaseView } from '../../shared/snapshot.ts';
import type { BoothRow } from './ledger.ts';

type Phased = Omit<BoothRow, 'boothId' | 'name' | 'capacity' | 'generation'>;

/** The status has the last word: other programs write it, too, and know nothing of the rest. */
export function phaseOf({ status, lastCallAtMs, pausedAtMs, closedAtMs, dismissedBy, phaseReason }: Phased): PhaseView {
  const isOpen = status === 'OPEN';
  const phase: BoothPhase = !isOpen ? 'closed' : pausedAtMs !== null ? 'paused' : lastCallAtMs !== null ? 'last-call' : 'open';
  const since = { open: null, 'last-call': lastCallAtMs, paused: pausedAtMs, closed: closedAtMs }[phase];
  return { phase, since, reason: since === null ? null : phaseReason, lastCall: isOpen && lastCallAtMs !== null, dismissing: !isOpen && dismissedBy !== null };
}

/** Whether visitors may register: what `booth:ids` says to other programs. */
export function isListed({ status, lastCallAtMs }: Pick<BoothRow, 'status' | 'lastCallAtMs'>): boolean {
  return status === 'OPEN' && lastCallAtMs === null;
}

/** Another program has written the status since a kiosk said something else of the booth. */
export function isOvertaken({ status, lastCallAtMs, pausedAtMs, dismissedBy }: Phased): boolean {
  return status === 'OPEN' ? dismissedBy !== null : lastCallAtMs !== null || pausedAtMs !== null;
}
