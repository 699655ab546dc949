/**
 * The same core without a window: one verb, one answer, an exit code.
 */
import type { AppError, Result } from '../shared/errors.ts';
import type { Answer } from './cli/answer.ts';
import { migrate } from './cli/migrate.ts';
import { asText } from './cli/text.ts';
import { USAGE } from './cli/grammar.ts';
import { type Command, parseCommand } from './cli/usage.ts';
import { runVerb } from './cli/verbs.ts';
import { type Config, loadConfig, platformDataDir } from './config.ts';
import type { Core } from './core/core.ts';
import { StoreFailure } from './core/ports.ts';
import { boothIds } from './core/booth-ids.ts';
import { refillIfLost } from './core/refill.ts';
import { unlessAway } from './core/store-failure.ts';
import { exitCode } from './exit-code.ts';
import { createLogger } from './log.ts';
import { createNotifier } from './notify/notifier.ts';
import { openCore } from './open-core.ts';
import { openEmbedded, openServers } from './open-stores.ts';
import { NO_KEY_STORE } from './secrets.ts';

const logger = createLogger('warn');
/** Whatever a store does, the command ends. */
const CLOSE_LIMIT_MS = 3_000;

const command = parseCommand(process.argv.slice(2));
const wantsJson = command.ok ? command.value.json : process.argv.includes('--json');
if (!command.ok) {
  if (!wantsJson) process.stderr.write(USAGE);
  end(command.error, null);
} else {
  const answer = await run(command.value).catch((error: unknown): Result<never> => {
    if (error instanceof StoreFailure) return { ok: false, error: { code: error.code, message: error.message } };
    logger.log('error', 'defect', { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return { ok: false, error: { code: 'INTERNAL', message: 'The kiosk has a defect; its log line says where.' } };
  });
  if (answer.ok) end(answer.value.error ?? null, answer.value);
  else end(answer.error, null);
}

async function run(command: Command): Promise<Result<Answer>> {
  const config = loadConfig({
    configFile: command.configFile,
    environment: process.env,
    defaultDataDir: platformDataDir(process.env, process.platform),
    keyStore: NO_KEY_STORE,
  });
  if (!config.ok) return config;
  const { verb } = command;
  if (verb === 'migrate') return migrate(config.value, command.grants, process.env, logger);
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

/** Prints the answer (and the error, if any) and ends the process with the exit code the error means. */
function end(error: AppError | null, answer: Answer | null): void {
  const output = { ...(answer ?? {}), ...(error === null ? {} : { error }) };
  const text = wantsJson ? `${JSON.stringify(output)}\n` : answer === null ? '' : asText(answer);
  if (error !== null && !wantsJson) process.stderr.write(`${error.code}: ${error.message}\n`);
  process.stdout.write(text, () => process.exit(error === null ? 0 : exitCode(error.code)));
}
