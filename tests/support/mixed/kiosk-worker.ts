/**
 * A kiosk without a window as a process of its own: the same handlers the screen taps on, asked over the channel to its parent.
 * One request more than the screen has: `audit`, which is the command line's `audit --repair` for one booth.
 */
import { type Config, loadConfig } from '../../../electron/config.ts';
import { audit } from '../../../electron/core/audit.ts';
import type { Logger } from '../../../electron/core/ports.ts';
import { createKiosk } from '../../../electron/kiosk.ts';
import { createLogger } from '../../../electron/log.ts';
import { openServers } from '../../../electron/open-stores.ts';
import { NO_KEY_STORE } from '../../../electron/secrets.ts';
import { isRequestChannel } from '../../../shared/channel-names.ts';
import type { KioskRequest } from './kiosk-process.ts';
import { plainCore } from '../plain-core.ts';

const logger: Logger = createLogger('error');
const config = loadConfig({ configFile: null, environment: process.env, defaultDataDir: '.', keyStore: NO_KEY_STORE });
if (!config.ok) throw new Error(config.error.message);
const kiosk = await createKiosk(config.value, 'en', NO_KEY_STORE, logger);
if (!kiosk.ok) throw new Error(kiosk.error.message);
const handlers = kiosk.value.handlers as Readonly<Record<string, (request: unknown) => Promise<unknown>>>;

process.on('message', ({ id, channel, request }: KioskRequest) => {
  const asked = channel === 'audit' ? repaired(config.value, request as { readonly boothId: number }) : isRequestChannel(channel) ? handlers[channel]?.(request) : undefined;
  // An answer that cannot be made is a defect: the process ends, and its parent sees that.
  void Promise.resolve(asked).then((answer) => process.send?.({ id, answer }));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function repaired(config: Config, { boothId }: { readonly boothId: number }): Promise<unknown> {
  if (config.stores?.kind !== 'servers') throw new Error('audit needs the servers');
  const stores = openServers(config.stores, config, logger);
  try {
    await stores.ledger.prepare();
    return await audit(plainCore(stores, `${config.kioskId}-audit`, logger), boothId, true);
  } finally {
    await Promise.all([stores.queue.close(), stores.ledger.close()]);
  }
}
