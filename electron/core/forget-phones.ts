/**
 * Phone numbers are personal and soon of no use: who gave one has been served, or has gone.
 */
import type { Core } from './core.ts';

/** Numbers one pass forgets; more are left to the next. */
const PHONES_PER_PASS = 1_000;

/** Throws StoreFailure when the ledger does not answer. */
export async function forgetPhones(core: Pick<Core, 'ledger' | 'limits' | 'logger'>): Promise<void> {
  const count = await core.ledger.forgetPhones(core.limits.phoneRetentionMs, PHONES_PER_PASS);
  if (count > 0) core.logger.log('info', 'phones-forgotten', { count });
}
