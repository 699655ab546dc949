/**
 * The caches other programs read of a booth (`booth:{id}:meta`, `booth:ids`): they follow the booth's row, at once where a kiosk changed it,
 * by a pass where that failed or another program wrote the row.
 */
import { isListed } from './booth-phase.ts';
import type { Core } from './core.ts';
import type { BoothRow } from './ledger.ts';
import { LOOK_GAP_MS } from './recount.ts';

type Stores = Pick<Core, 'queue' | 'ledger'>;

/** Throws StoreFailure when a store does not answer. */
export async function writeCaches({ queue, ledger }: Stores, boothIds: readonly number[]): Promise<void> {
  const cards = await ledger.listBoothCards();
  await queue.restoreBooths(cards.filter(({ boothId }) => boothIds.includes(boothId)));
}

/**
 * Writes those that lag behind: in two looks, because another program that changes a booth writes row and caches one after the other.
 * One step while none does. Throws StoreFailure when a store does not answer.
 * @param booths as just read
 */
export async function restoreCaches(core: Stores & Pick<Core, 'clock' | 'logger'>, booths: readonly BoothRow[]): Promise<void> {
  const first = await lagging(core, booths);
  if (first.length === 0) return;
  await core.clock.sleep(LOOK_GAP_MS);
  const again = (await core.ledger.listBooths()).filter(({ boothId }) => first.includes(boothId));
  const second = await lagging(core, again);
  if (second.length === 0) return;
  await writeCaches(core, second);
  for (const boothId of second) core.logger.log('warn', 'booth-caches-restored', { boothId });
}

/** The booths whose caches say something else than their row. */
async function lagging({ queue }: Pick<Core, 'queue'>, booths: readonly BoothRow[]): Promise<readonly number[]> {
  const caches = new Map((await queue.readCaches(booths.map(({ boothId }) => boothId))).map((cache) => [cache.boothId, cache]));
  const lags = (booth: BoothRow): boolean => {
    const { status = null, listed = null } = caches.get(booth.boothId) ?? {};
    return (status !== null && status !== booth.status) || (listed !== null && listed !== isListed(booth));
  };
  return booths.filter(lags).map(({ boothId }) => boothId);
}
