/**
 * A kiosk without a window as a process of its own: the same handlers the screen taps on, asked over the channel to its parent.
 * One request more than the screen has: `ops`, with the words of a command line, whose stores stay open between two of them.
 */
import { type Config, loadConfig } from '../../../electron/config.ts';
import { parseCommand } from '../../../electron/cli/usage.ts';
import { runVerb } from '../../../electron/cli/verbs.ts';
import type { Core } from '../../../electron/core/core.ts';
import { type Logger, StoreFailure } from '../../../electron/core/ports.ts';
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
  const asked = channel === 'ops' ? ops(config.value, request as readonly string[]) : isRequestChannel(channel) ? handlers[channel]?.(request) : undefined;
  // An answer that cannot be made is a defect: the process ends, and its parent sees that.
  void Promise.resolve(asked).then((answer) => process.send?.({ id, answer }));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

let opened: Core | null = null;

function coreOf(config: Config): Core {
  if (config.stores?.kind !== 'servers') throw new Error('the command line needs the servers');
  opened ??= plainCore(openServers(config.stores, config, logger), `${config.kioskId}-ops`, logger);
  return opened;
}

async function ops(config: Config, words: readonly string[]): Promise<unknown> {
  const command = parseCommand(words);
  if (!command.ok) throw new Error(command.error.message);
  const { verb } = command.value;
  if (verb === 'migrate') throw new Error('no kiosk migrates');
  try {
    return await runVerb(coreOf(config), { ...command.value, verb });
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error;
    return { ok: false, error: { code: error.code, message: error.message } };
  }
}
