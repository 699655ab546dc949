/**
 * From the snapshot to what visitors may see of it. Pure.
 */
import type { DisplayView } from '../shared/display.ts';
import { publicName } from '../shared/public-name.ts';
import type { BoothView, Snapshot } from '../shared/snapshot.ts';

const CALLS_SHOWN = 4;
/** Who has not come by then does not stand before the display. */
const CALL_SHOWN_MS = 10 * 60_000;

export function displayView({ version, language, timeZone, now, booth }: Snapshot): DisplayView {
  return { version, language, timeZone, now, booth: booth === null ? null : publicBooth(booth, now) };
}

function publicBooth(booth: BoothView, now: number): DisplayView['booth'] {
  const { name, phase: { phase }, waitingTotal, ledgerReadAt, lostQueue } = booth;
  const calls = booth.called
    .filter((visit) => now - visit.calledAt < CALL_SHOWN_MS)
    .toSorted((one, other) => other.calledAt - one.calledAt || other.waitingId - one.waitingId)
    .slice(0, CALLS_SHOWN)
    .map((visit) => ({ waitingId: visit.waitingId, name: publicName(visit) }));
  // Nobody in front is no wait only where there is room.
  const isFull = booth.inside + booth.called.length >= booth.capacity;
  const estimatedWaitMinutes = booth.estimatedWaitMinutes === 0 && isFull ? null : booth.estimatedWaitMinutes;
  // A queue that came back empty has not been read: it is being put back together.
  const queueReadAt = lostQueue === null ? booth.queueReadAt : null;
  return { name, phase, calls, waiting: waitingTotal, estimatedWaitMinutes, callsReadAt: ledgerReadAt, queueReadAt };
}
