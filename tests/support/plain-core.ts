/** The core on given stores, as a program without settings or a loop of passes opens it: nobody is told, and a queue store that may have lost something is verified on the spot. */
import type { Core } from '../../electron/core/core.ts';
import type { Logger } from '../../electron/core/ports.ts';
import { boothIds } from '../../electron/core/booth-ids.ts';
import { refillIfLost } from '../../electron/core/refill.ts';
import { openCore } from '../../electron/open-core.ts';
import type { Stores } from '../../electron/open-stores.ts';

export function plainCore(stores: Stores, kioskId: string, logger: Logger): Core {
  const core: Core = openCore(stores, { kioskId, graceSeconds: 10, noShowMinutes: 5, phoneRetentionHours: 24 }, {
    notifier: null,
    logger,
    wantReconcile: () => undefined,
    verifyQueue: async () => (await refillIfLost(core, await boothIds(core))).epoch >= 0,
  });
  return core;
}
