/**
 * The story of a visit: from registrations, rows and journal to one timeline for people.
 */
import type { Core } from './core.ts';
import type { JournalEntry, TraceRecord } from './ledger.ts';
import { registeredAtMs, ticketKey } from './waiting.ts';

interface TraceStep {
  /** Epoch ms by the ledger's clock; of a registration, the time its score stands for. */
  readonly atMs: number;
  readonly boothId: number;
  readonly waitingId: number | null;
  /** e.g. "called", "put back". */
  readonly what: string;
  /** The kiosk that did it; null: another program. */
  readonly kiosk: string | null;
  readonly staff: string | null;
  readonly reason: string | null;
  /** finished, undone, superseded, quarantined; "seen" for what rows and registrations tell. */
  readonly outcome: JournalEntry['outcome'] | 'seen';
  /** The kiosk that settled it, where its own could not end it; null: nobody had to. */
  readonly settledBy: string | null;
  readonly operationId: string | null;
}

/** In order of time; null when nothing is known. Throws StoreFailure when the ledger does not answer. */
export async function trace(core: Pick<Core, 'ledger'>, of: { readonly userId: number } | { readonly waitingId: number }): Promise<readonly TraceStep[] | null> {
  const record = await core.ledger.readTrace(of);
  return record === null ? null : timeline(record);
}

/** Pure. The journal tells what kiosks did; rows and registrations fill in what other programs did. */
export function timeline({ registrations, visits, journal }: TraceRecord): readonly TraceStep[] {
  const steps: TraceStep[] = [];
  const nobody = { kiosk: null, staff: null, reason: null, outcome: 'seen', settledBy: null, operationId: null } as const;
  for (const { ticket, atMs, byKiosk, leftAtMs, goneAtMs } of registrations) {
    const { boothId } = ticket;
    const at = { ...nobody, boothId, waitingId: null };
    const isTold = byKiosk && journal.some(({ kind, score }) => kind === 'join' && score === ticket.score);
    if (!isTold) steps.push({ ...at, atMs: registeredAtMs(ticket.score) ?? atMs, what: byKiosk ? 'registered' : `registered through another program (ticket ${ticketKey(ticket)})` });
    // One that was put back to another place ended at the old one.
    const isMoved = visits.some((visit) => visit.released && visit.boothId === boothId);
    if (leftAtMs === null && goneAtMs !== null && !isMoved) steps.push({ ...at, atMs: goneAtMs, what: 'found missing from the queue: taken out by another program, or dropped' });
  }
  /** Of a visitor whom another program registered and nobody mirrored, the row alone tells when. */
  const isRegistered = (visit: TraceRecord['visits'][number]): boolean =>
    registrations.some(({ ticket }) => ticket.boothId === visit.boothId && Math.abs((registeredAtMs(ticket.score) ?? 0) / 1_000 - visit.registeredScore) < 1) ||
    journal.some(({ kind, boothId, score }) => kind === 'join' && boothId === visit.boothId && score === visit.score);
  for (const visit of visits) {
    const { boothId, waitingId } = visit;
    const at = { ...nobody, boothId, waitingId };
    const told = (kinds: readonly string[]): boolean => journal.some((line) => line.waitingId === waitingId && kinds.includes(line.kind) && line.outcome === 'finished');
    if (!isRegistered(visit)) steps.push({ ...at, waitingId: null, atMs: visit.registeredScore * 1_000, what: 'registered through another program' });
    if (!told(['call'])) steps.push({ ...at, atMs: visit.calledAtMs, what: `${visit.byKiosk ? WORDS.call : 'called by another program'}${fromWhere(visit)}` });
    if (visit.enteredAtMs !== null && !told(['enter', 'admit'])) steps.push({ ...at, atMs: visit.enteredAtMs, what: 'entered, by another program' });
    if (visit.completedAtMs !== null && !told(['complete', 'no-show', 'cancel', 'put-back', 'undo-call', 'requeue'])) {
      steps.push({ ...at, atMs: visit.completedAtMs, what: `ended as ${visit.endedAs ?? 'unknown'}, by another program` });
    }
    if (visit.announced === 'failed') steps.push({ ...at, atMs: visit.calledAtMs, what: 'not announced: all tries to tell the visitor failed' });
  }
  for (const line of journal) {
    const visit = line.kind === 'call' ? visits.find(({ waitingId }) => waitingId === line.waitingId) : undefined;
    steps.push({
      atMs: line.atMs,
      boothId: line.boothId,
      waitingId: line.waitingId,
      what: `${WORDS[line.kind]}${visit === undefined ? '' : fromWhere(visit)}`,
      kiosk: line.owner,
      staff: line.staff,
      reason: line.reason,
      outcome: line.outcome,
      settledBy: line.settled ? line.resolvedBy : null,
      operationId: line.operationId,
    });
  }
  return steps.toSorted((a, b) => a.atMs - b.atMs);
}

/** Of a call that passed others over. */
function fromWhere({ calledFromPosition: position }: TraceRecord['visits'][number]): string {
  return position === null ? '' : `, ${ordinal(position)} in the queue`;
}

function ordinal(position: number): string {
  const isTeen = Math.floor(position / 10) % 10 === 1;
  return `${position}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][position % 10]) ?? 'th'}`;
}

const WORDS: Readonly<Record<JournalEntry['kind'], string>> = {
  join: 'registered',
  call: 'called',
  leave: 'left the queue',
  dismiss: 'dismissed: the booth closed',
  enter: 'entered',
  complete: 'completed',
  'no-show': 'no-show',
  cancel: 'cancelled',
  hold: 'given five more minutes',
  recall: 'called again',
  'put-back': 'put back into the queue',
  'undo-call': 'call taken back',
  'undo-no-show': 'no-show taken back',
  'undo-cancel': 'cancellation taken back',
  'undo-complete': 'completion taken back',
  admit: 'let in late',
  requeue: 'queued again late',
};
