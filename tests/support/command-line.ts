/** The verbs of the command line without a process for each: their stores stay open from one to the next. */
import type { Answer } from '../../electron/cli/answer.ts';
import { parseCommand } from '../../electron/cli/usage.ts';
import { runVerb } from '../../electron/cli/verbs.ts';
import { type Config, loadConfig } from '../../electron/config.ts';
import { type Logger, StoreFailure } from '../../electron/core/ports.ts';
import { createLogger } from '../../electron/log.ts';
import { openServers } from '../../electron/open-stores.ts';
import { NO_KEY_STORE } from '../../electron/secrets.ts';
import type { Result } from '../../shared/errors.ts';
import { plainCore } from './plain-core.ts';

export interface CommandLine {
  /** Runs one verb; what it has begun may still be finishing. */
  run(words: readonly string[]): Promise<Result<Answer>>;
  /** Until everything begun is finished. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Throws when the settings are no good or name no servers. */
export function openCommandLine(environment: NodeJS.ProcessEnv): CommandLine {
  const config = loadConfig({ configFile: null, environment, defaultDataDir: '.', keyStore: NO_KEY_STORE });
  if (!config.ok) throw new Error(config.error.message);
  return commandLineOf(config.value, createLogger('error'));
}

/** Throws when the settings name no servers. */
export function commandLineOf(config: Config, logger: Logger): CommandLine {
  if (config.stores?.kind !== 'servers') throw new Error('the command line needs the servers');
  const stores = openServers(config.stores, config, logger);
  const core = plainCore(stores, `${config.kioskId}-ops`, logger);
  return {
    async run(words) {
      const command = parseCommand(words);
      if (!command.ok) throw new Error(command.error.message);
      const { verb } = command.value;
      if (verb === 'migrate') throw new Error('no kiosk migrates');
      try {
        return await runVerb(core, { ...command.value, verb }, config.timeZone);
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error;
        return { ok: false, error: { code: error.code, message: error.message } };
      }
    },
    drain: () => core.operations.drain(),
    close: () => Promise.all([stores.queue.close(), stores.ledger.close()]).then(() => undefined),
  };
}
