/**
 * What to make of something thrown around a store's method: a store that did not answer as it must is an expected failure; everything
 * else is a defect of ours, and is thrown on.
 */
import type { AppError } from '../../shared/errors.ts';
import { StoreFailure } from './ports.ts';

/** Throws what is no StoreFailure. */
export function asStoreFailure(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  throw error;
}

/** The failure as people are told of it. Throws what is no StoreFailure. */
export function asProblem(error: unknown): AppError {
  const { code, message } = asStoreFailure(error);
  return { code, message };
}

/** What the stores answer, or `otherwise` while they do not. */
export async function unlessAway<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    asStoreFailure(error);
    return otherwise;
  }
}
