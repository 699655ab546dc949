/**
 * How an action ends, as its caller is told.
 */
import type { AppError, RuleCode } from '../../shared/errors.ts';
import type { StoreFailure } from './ports.ts';
import { refusal } from './refusals.ts';

export interface Done {
  readonly outcome: 'done';
  /** Of the request, whichever of its attempts took effect. */
  readonly operationId: string;
  readonly boothId: number;
  readonly userId: number;
  readonly waitingId: number | null;
  /** For join: where the visitor stands, when begin told it. */
  readonly position: number | null;
  readonly waitingTotal: number | null;
  readonly alreadyQueued: boolean;
  /** true once the queue store has followed; false if that was left to the reconciler. Never rejects. */
  readonly finished: Promise<boolean>;
}

export interface Refused {
  readonly outcome: 'refused';
  readonly operationId: string;
  readonly error: AppError;
}

export interface Uncertain {
  readonly outcome: 'uncertain';
  readonly operationId: string;
  readonly userId: number;
  readonly waitingId: number | null;
  /** The truth, or null when it could not be learnt yet and the reconciler goes on. Never rejects. */
  readonly truth: Promise<Done | Refused | null>;
}

export type Outcome = Done | Refused | Uncertain;

/** How it ends once that is known; null when it could not be learnt yet. Never rejects. */
export async function truthOf(outcome: Outcome): Promise<Done | Refused | null> {
  return outcome.outcome === 'uncertain' ? outcome.truth : outcome;
}

export function done(of: { readonly operationId: string; readonly boothId: number }, userId: number, waitingId: number | null, finished: Promise<boolean>): Done {
  return { outcome: 'done', operationId: of.operationId, boothId: of.boothId, userId, waitingId, position: null, waitingTotal: null, alreadyQueued: false, finished };
}

export function refused(operationId: string, code: RuleCode, params?: AppError['params']): Refused {
  return { outcome: 'refused', operationId, error: refusal(code, params) };
}

/** A store did not answer, and the action certainly did not happen. */
export function failed(operationId: string, failure: StoreFailure): Refused {
  return { outcome: 'refused', operationId, error: { code: failure.code, message: `${failure.message} Nothing was done.` } };
}

/** The same outcome under the id the caller knows. */
export function underRequest(outcome: Outcome, operationId: string): Outcome {
  if (outcome.outcome !== 'uncertain') return { ...outcome, operationId };
  return { ...outcome, operationId, truth: outcome.truth.then((truth) => (truth === null ? null : { ...truth, operationId })) };
}
