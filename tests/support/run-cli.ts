/** The built command line as a process of its own, with no settings but those a test gives it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/main/cli.js', import.meta.url));
const VERB_LIMIT_MS = 60_000;

export interface CliAnswer {
  readonly code: number | null;
  readonly json: Readonly<Record<string, unknown>>;
  readonly stderr: string;
}

/** Whoever runs the tests may have a kiosk of their own set up by the environment: none of its settings come along. */
export function withoutKioskSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('KIOSK_')));
}

/** Runs one verb to its end. Rejects when it does not end by itself, or prints anything but one JSON object. */
export function runCli(line: string, env: NodeJS.ProcessEnv): Promise<CliAnswer> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = execFile(process.execPath, [...argumentsOf(line)], { env, timeout: VERB_LIMIT_MS }, (error, stdout, stderr) => {
      if (error !== null && child.exitCode === null) return reject(new Error(`${line} did not end`, { cause: error }));
      try {
        resolve({ code: child.exitCode, json: JSON.parse(stdout) as CliAnswer['json'], stderr });
      } catch (cause) {
        reject(new Error(`${line} printed no JSON: ${stdout} ${stderr}`, { cause }));
      }
    });
  });
}

/** Starts one verb without waiting for it. */
export function spawnCli(line: string, env: NodeJS.ProcessEnv) {
  return spawn(process.execPath, [...argumentsOf(line)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** As `npm run ops` runs it. */
function argumentsOf(line: string): readonly string[] {
  return ['--disable-warning=ExperimentalWarning', CLI, ...line.split(' '), '--json'];
}
