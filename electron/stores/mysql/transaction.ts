import { endsConnection } from './errors.ts';
import type { Query } from './query.ts';

/**
 * Runs work as one transaction: committed, or rolled back when it throws or its answer does not `stand`. Work that meets a conflict is
 * rolled back as a whole and run again by the lane, so that it must not remember anything of its first run. A COMMIT whose reply is lost
 * throws as any statement does: whether it happened is not known.
 */
export async function inTransaction<T>(query: Query, work: () => Promise<T>, stands: (answer: T) => boolean = () => true): Promise<T> {
  await query('START TRANSACTION');
  try {
    const answer = await work();
    await query(stands(answer) ? 'COMMIT' : 'ROLLBACK');
    return answer;
  } catch (error) {
    // A conflict may have undone the statement only; the connection must not keep the rest open.
    if (!endsConnection(error)) await query('ROLLBACK');
    throw error;
  }
}
