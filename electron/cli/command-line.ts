/**
 * One command line, from its words to what is printed and the exit code. It ends no process: `cli.ts` does.
 */
import type { AppError, Result } from '../../shared/errors.ts';
import { type Config, loadConfig, platformDataDir } from '../config.ts';
import { boothIds } from '../core/booth-ids.ts';
import type { Core } from '../core/core.ts';
import { type Logger, StoreFailure } from '../core/ports.ts';
import { refillIfLost } from '../core/refill.ts';
import { unlessAway } from '../core/store-failure.ts';
import { exitCode } from '../exit-code.ts';
import { createNotifier } from '../notify/notifier.ts';
import { openCore } from '../open-core.ts';
import { openEmbedded, openServers } from '../open-stores.ts';
import { NO_KEY_STORE } from '../secrets.ts';
import type { Answer } from './answer.ts';
import { USAGE } from './grammar.ts';
import { migrate } from './migrate.ts';
import { asText } from './text.ts';
import { type Command, parseCommand } from './usage.ts';
import { runVerb } from './verbs.ts';

/** Whatever a store does, the command ends. */
const CLOSE_LIMIT_MS = 3_000;

/** What a command line comes to. */
export interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Never throws: a defect is an ending, too. @param words what follows the program's name */
export async function runCommandLine(words: readonly string[], environment: NodeJS.ProcessEnv, logger: Logger): Promise<Ending> {
  const command = parseCommand(words);
  if (!command.ok) return ending(command.error, null, words.includes('--json'), USAGE);
  const { json } = command.value;
  try {
    const answer = await run(command.value, environment, logger);
    return answer.ok ? ending(answer.value.error ?? null, answer.value, json) : ending(answer.error, null, json);
  } catch (error) {
    if (error instanceof StoreFailure) return ending({ code: error.code, message: error.message }, null, json);
    logger.log('error', 'defect', { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return ending({ code: 'INTERNAL', message: 'The kiosk has a defect; its log line says where.' }, null, json);
  }
}

async function run(command: Command, environment: NodeJS.ProcessEnv, logger: Logger): Promise<Result<Answer>> {
  const config = loadConfig({ configFile: command.configFile, environment, defaultDataDir: platformDataDir(environment, process.platform), keyStore: NO_KEY_STORE });
  if (!config.ok) return config;
  const { verb } = command;
  if (verb === 'migrate') return migrate(config.value, command.grants, environment, logger);
  const stores = config.value.stores?.kind === 'servers' ? openServers(config.value.stores, config.value, logger) : await openEmbedded(config.value, config.value.language ?? 'ko', logger);
  const notifier = createNotifier(config.value, logger);
  const core: Core = openCore(stores, config.value, { notifier, logger, wantReconcile: () => undefined, verifyQueue: () => verified(core) });
  try {
    if (verb !== 'status' && isServers(config.value)) await stores.ledger.prepare();
    return await runVerb(core, { ...command, verb }, config.value.timeZone);
  } finally {
    const closing = core.operations.drain().then(() => Promise.all([stores.queue.close(), stores.ledger.close(), notifier?.close()]));
    await Promise.race([closing, core.clock.sleep(CLOSE_LIMIT_MS)]);
  }
}

/** A queue store that may have lost something is put right before anybody is called from it; here no pass does it. */
function verified(core: Core): Promise<boolean> {
  return unlessAway(async () => (await refillIfLost(core, await boothIds(core))).epoch >= 0, false);
}

function isServers(config: Config): boolean {
  return config.stores?.kind === 'servers';
}

/** What is printed of the answer (and the error, if any), with the exit code the error means. @param help ahead of an error in words */
function ending(error: AppError | null, answer: Answer | null, json: boolean, help = ''): Ending {
  const code = error === null ? 0 : exitCode(error.code);
  if (json) return { code, stdout: `${JSON.stringify({ ...(answer ?? {}), ...(error === null ? {} : { error }) })}\n`, stderr: '' };
  return { code, stdout: answer === null ? '' : asText(answer), stderr: error === null ? '' : `${help}${error.code}: ${error.message}\n` };
}
