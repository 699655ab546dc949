/**
 * From the program's arguments to a running kiosk: the one place where the shell meets it.
 */
import { parseArgs } from 'node:util';
import { type Result, fail, ok } from '../shared/errors.ts';
import type { Language } from '../shared/snapshot.ts';
import { type Config, loadConfig } from './config.ts';
import type { Logger } from './core/ports.ts';
import { type Kiosk, createKiosk } from './kiosk.ts';
import { createLogger } from './log.ts';
import { logFolder, openLogFile } from './log/log-file.ts';
import { secretsOf } from './log/secrets-of.ts';
import type { ChooseFile } from './reports.ts';
import type { KeyStore } from './secrets.ts';

interface Launch {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  /** Where this kiosk keeps its files unless KIOSK_DATA_DIR says otherwise. */
  readonly userDataDir: string;
  /** The operating system's language, e.g. "ko-KR". */
  readonly locale: string;
  readonly keyStore: KeyStore;
  readonly chooseFile: ChooseFile;
}

/** Starts the kiosk. What is wrong with arguments, settings or embedded stores comes back as a value; what is thrown is a defect. */
export async function startKiosk(launch: Launch): Promise<Result<Kiosk>> {
  // Chromium's own switches pass through here too, so that only ours are looked at.
  const { values } = parseArgs({ args: [...launch.args], strict: false, options: { config: { type: 'string' }, demo: { type: 'boolean' } } });
  if (values.config === true) return fail('USAGE', '--config needs the path of a settings file.');
  const config = loadConfig({
    configFile: typeof values.config === 'string' ? values.config : null,
    environment: process.env,
    defaultDataDir: launch.userDataDir,
    keyStore: launch.keyStore,
  });
  if (!config.ok) return config;
  if (values.demo === true && config.value.stores?.kind === 'servers') {
    return fail('USAGE', '--demo shows the kiosk on its embedded stores, but the settings name two servers.');
  }
  const chosen: Config = values.demo === true ? { ...config.value, stores: { kind: 'embedded' }, demoArrivals: true } : config.value;
  return withLogFile(chosen, (logger) => createKiosk(chosen, languageOf(launch.locale), launch.keyStore, logger, launch.chooseFile));
}

/** The kiosk's log goes to a file as well, which ends after the kiosk. */
async function withLogFile(config: Config, start: (logger: Logger) => Promise<Result<Kiosk>>): Promise<Result<Kiosk>> {
  const secrets = secretsOf(config);
  const onStderr = createLogger('info', { secrets });
  const file = openLogFile({ folder: logFolder(config.dataDir), onFailure: (reason) => onStderr.log('warn', 'log-file-failed', { reason }) });
  const kiosk = await start(createLogger(config.logLevel, { file, secrets }));
  if (!kiosk.ok) {
    await file.end();
    return kiosk;
  }
  return ok({
    ...kiosk.value,
    async close() {
      await kiosk.value.close();
      await file.end();
    },
  });
}

/** Korean first: the language of anybody whose system does not speak English. */
function languageOf(locale: string): Language {
  return locale.toLowerCase().startsWith('en') ? 'en' : 'ko';
}
