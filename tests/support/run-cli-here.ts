/** The command line in this process: one of its own takes twenty times as long to start as a verb to run. All else is the same. */
import { runCommandLine } from '../../electron/cli/command-line.ts';
import type { Logger } from '../../electron/core/ports.ts';
import { logLine } from '../../electron/log.ts';
import type { CliAnswer } from './run-cli.ts';

/** Runs one verb to its end. Throws when it prints anything but one JSON object. */
export async function runCliHere(line: string, env: NodeJS.ProcessEnv): Promise<CliAnswer> {
  let log = '';
  const logger: Logger = { log: (level, event, fields = {}) => void (level === 'warn' || level === 'error' ? (log += logLine(level, event, fields)) : undefined) };
  const { code, stdout, stderr } = await runCommandLine([...line.split(' '), '--json'], env, logger);
  return { code, json: JSON.parse(stdout) as CliAnswer['json'], stderr: `${log}${stderr}` };
}
