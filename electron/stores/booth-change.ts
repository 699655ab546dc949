/** What each change of a booth writes, as both ledgers keep it in `booth` and `kiosk_booth`. */
import { REASON_MAX_CHARS, STAFF_MAX_CHARS } from '../../shared/limits.ts';
import type { PhaseChange } from '../../shared/snapshot.ts';
import type { BoothChange } from '../core/ledger.ts';
import { cutText } from './owner-name.ts';

interface Written {
  /** Of `booth`, which other programs read. Not given: it stays, and the booth must be open. */
  readonly status?: 'OPEN' | 'CLOSED';
  readonly set: Readonly<Partial<Record<'last_call_at' | 'paused_at' | 'closed_at', 'now' | 'null'>>>;
}

const WRITTEN: Readonly<Record<PhaseChange, Written>> = {
  open: { status: 'OPEN', set: { last_call_at: 'null', paused_at: 'null', closed_at: 'null' } },
  'last-call': { set: { last_call_at: 'now' } },
  pause: { set: { paused_at: 'now' } },
  resume: { set: { paused_at: 'null' } },
  close: { status: 'CLOSED', set: { last_call_at: 'null', paused_at: 'null', closed_at: 'now' } },
};

/** Null: the status stays, and must be OPEN. */
export function statusAfter(change: PhaseChange): 'OPEN' | 'CLOSED' | null {
  return WRITTEN[change].status ?? null;
}

/**
 * The assignments of `kiosk_booth` and their values.
 * @param now SQL for the present, in the column's unit
 */
export function assignmentsOf({ change, operationId, staff, reason }: BoothChange, now: string): { readonly sql: string; readonly values: readonly (string | null)[] } {
  const times = Object.entries(WRITTEN[change].set).map(([column, to]) => `${column} = ${to === 'now' ? now : 'NULL'}`);
  const texts = [reason === null ? null : cutText(reason, REASON_MAX_CHARS), staff === null ? null : cutText(staff, STAFF_MAX_CHARS)];
  return {
    sql: [...times, 'dismiss_op = ?', 'phase_reason = ?', 'phase_staff = ?'].join(', '),
    values: [change === 'close' ? operationId : null, ...texts],
  };
}

/** For people: by whom, and why. */
export function changeDetail({ staff, reason }: Pick<BoothChange, 'staff' | 'reason'>): string {
  return [staff === null ? 'nobody chosen' : `by ${staff}`, ...(reason === null ? [] : [reason])].join(': ');
}
