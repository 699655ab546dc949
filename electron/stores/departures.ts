/** Who went from a booth, as both ledgers tell it: from the rows of visits, those who left the queue, and the lines of the journal. */
import type { Departure, VisitRow } from '../core/ledger.ts';
import { EVENT_TRIES } from './call-event.ts';
import { toNumber, toNumberOrNull, textOrNull } from './row-values.ts';

export interface EndedVisit {
  readonly visit: VisitRow;
  /** waiting.kiosk_ops. */
  readonly kept: unknown;
}

export interface LeftQueue extends Pick<Departure, 'userId' | 'name' | 'number' | 'atMs'> {
  readonly operationId: string;
  /** Of a dismissal. */
  readonly announced: NonNullable<Departure['announced']> | null;
}

interface Line {
  readonly staff: string | null;
  readonly reason: string | null;
  readonly atMs: number;
}
type Step = Pick<Departure, 'kind'> & { readonly operationId: string | null };

/** Lines of the journal by operation. `atColumn` holds the time as epoch ms. */
export function linesByOperation(rows: readonly Readonly<Record<string, unknown>>[], atColumn: string): ReadonlyMap<string, Line> {
  return new Map(rows.map((row) => [String(row['operation_id']), { staff: textOrNull(row['staff']), reason: textOrNull(row['reason']), atMs: toNumber(row[atColumn], 'kiosk_journal.created_at') }]));
}

/** Of a row of `kiosk_queue` that was left: whether who was dismissed has been told. Null: nobody had to be, because they left of themselves. */
export function announcedOfLeft(row: Readonly<Record<string, unknown>>): LeftQueue['announced'] {
  const tries = toNumberOrNull(row['event_tries'], 'kiosk_queue.event_tries');
  if (tries === null) return null;
  return row['event_due'] !== null ? 'pending' : tries >= EVENT_TRIES ? 'failed' : 'yes';
}

/** The operations whose lines tell who did it and why. */
export function operationsOf(visits: readonly EndedVisit[], left: readonly LeftQueue[]): readonly string[] {
  return [...visits.flatMap((ended) => lastStep(ended).operationId ?? []), ...left.map(({ operationId }) => operationId)];
}

/** The latest first, at most `limit`. */
export function departures(visits: readonly EndedVisit[], left: readonly LeftQueue[], lines: ReadonlyMap<string, Line>, limit: number): Departure[] {
  const gone = visits.map((ended): Departure => {
    const { waitingId, userId, name, number, completedAtMs } = ended.visit;
    const { kind, operationId } = lastStep(ended);
    const line = lines.get(operationId ?? '');
    // Queued again, a visit keeps the time of its end.
    const atMs = kind === 'requeue' ? (line?.atMs ?? completedAtMs) : completedAtMs;
    return { waitingId, userId, name, number, kind, atMs: atMs ?? 0, staff: line?.staff ?? null, reason: line?.reason ?? null, byKiosk: operationId !== null, announced: null };
  });
  const given = left.map(({ operationId, ...who }): Departure => ({ ...who, waitingId: null, kind: who.announced === null ? 'leave' : 'dismiss', staff: lines.get(operationId)?.staff ?? null, reason: lines.get(operationId)?.reason ?? null, byKiosk: true }));
  return [...gone, ...given].toSorted((a, b) => b.atMs - a.atMs).slice(0, limit);
}

/** The kinds that leave a row as it is now, the likeliest first. */
function kindsOf({ released, endedAs }: VisitRow): readonly [Departure['kind'], ...Departure['kind'][]] {
  if (released) return ['put-back', 'undo-call', 'requeue'];
  return endedAs === 'NO_SHOW' ? ['no-show'] : endedAs === 'CANCELLED' ? ['cancel'] : ['complete'];
}

/** The last action a kiosk left evidence of; no kiosk's where the row says that something else came after it. */
function lastStep({ visit, kept }: EndedVisit): Step {
  const [likeliest, ...others] = kindsOf(visit);
  const [did, operationId] = typeof kept === 'string' ? (kept.split(',').at(-1)?.split(':') ?? []) : [];
  const kind = [likeliest, ...others].find((each) => each === did);
  return kind === undefined || operationId === undefined ? { kind: likeliest, operationId: null } : { kind, operationId };
}
