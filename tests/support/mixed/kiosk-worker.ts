/**
 * A kiosk without a window as a process of its own: the same handlers the screen taps on, asked over the channel to its parent.
 * One request more than the screen has: `ops`, with the words of a command line, whose stores stay open between two of them.
 */
import { loadConfig } from '../../../electron/config.ts';
import type { Logger } from '../../../electron/core/ports.ts';
import { createKiosk } from '../../../electron/kiosk.ts';
import { createLogger } from '../../../electron/log.ts';
import { NO_KEY_STORE } from '../../../electron/secrets.ts';
import { isRequestChannel } from '../../../shared/channel-names.ts';
import { type CommandLine, commandLineOf } from '../command-line.ts';
import type { KioskRequest } from './kiosk-process.ts';

const logger: Logger = createLogger('error');
const config = loadConfig({ configFile: null, environment: process.env, defaultDataDir: '.', keyStore: NO_KEY_STORE });
if (!config.ok) throw new Error(config.error.message);
const settings = config.value;
const kiosk = await createKiosk(settings, 'en', NO_KEY_STORE, logger, async () => null);
if (!kiosk.ok) throw new Error(kiosk.error.message);
const handlers = kiosk.value.handlers as Readonly<Record<string, (request: unknown) => Promise<unknown>>>;

process.on('message', ({ id, channel, request }: KioskRequest) => {
  const asked = channel === 'ops' ? ops().run(request as readonly string[]) : isRequestChannel(channel) ? handlers[channel]?.(request) : undefined;
  // An answer that cannot be made is a defect: the process ends, and its parent sees that.
  void Promise.resolve(asked).then((answer) => process.send?.({ id, answer }));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

let opened: CommandLine | null = null;

function ops(): CommandLine {
  opened ??= commandLineOf(settings, logger);
  return opened;
}
