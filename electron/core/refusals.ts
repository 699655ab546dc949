/**
 * The English sentence of each refusal, for logs and the command line. Screens have their own words per code.
 */
import type { AppError, RuleCode } from '../../shared/errors.ts';

const REFUSALS: Readonly<Record<RuleCode, string>> = {
  QUEUE_EMPTY: 'Nobody is waiting at this booth.',
  BOOTH_FULL: 'The booth is full: complete a visit before calling the next visitor.',
  BOOTH_CLOSED: 'The booth is closed.',
  BOOTH_PAUSED: 'Calling is paused at this booth: resume it first.',
  BOOTH_LAST_CALL: 'Last call: the booth takes nobody new.',
  PEOPLE_WAITING: 'People wait at this booth: closing sends them away and tells them, and needs a reason.',
  BOOTH_NOT_FOUND: 'There is no booth with this id: "ops status" lists them.',
  INVALID_STATUS: 'The visit is not in the state this action needs: somebody else changed it first.',
  WAITING_NOT_FOUND: 'There is no visit with this id at this booth: "ops list" tells which there are.',
  USER_NOT_FOUND: 'There is no user with this id.',
  MAX_WAITING_EXCEEDED: 'This visitor already waits at two booths: one has to be left first.',
  VISIT_BUSY: 'Another action on this visitor is under way: try again in a moment.',
  NOT_IN_QUEUE: 'This visitor does not wait at this booth (any more): "ops list" tells who does.',
  TOO_LATE: 'It ended more than 30 minutes ago: the visitor has to register again.',
  QUEUE_UNVERIFIED: 'The queue store came back, and its queue is being compared with the history: try again in a moment.',
  QUEUE_ENTRY_INVALID: 'Entries of the queue cannot be called: many at its front, or that of the very visitor asked for. Those at the front are being taken out: try again; "ops audit" names the others.',
  CONTENDED: 'Other kiosks got in between. Nothing was done: try again.',
  OPERATION_MISMATCH: 'This operation id belongs to a different action.',
};

/** The refusal as an error. */
export function refusal(code: RuleCode, params?: AppError['params']): AppError {
  return params === undefined ? { code, message: REFUSALS[code] } : { code, message: REFUSALS[code], params };
}
