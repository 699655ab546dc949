/** A kiosk process as its parent sees it: asked, answered or not, killed, started again. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('./kiosk-worker.ts', import.meta.url));
const LOADER = new URL('./lua-loader.ts', import.meta.url).href;

export interface KioskRequest {
  readonly id: number;
  readonly channel: string;
  readonly request: unknown;
}

export interface KioskProcess {
  /** The answer; undefined when the process died before it gave one. */
  ask(channel: string, request: unknown): Promise<unknown>;
  /** SIGKILL. */
  kill(): void;
  isAlive(): boolean;
  /** A new process of the same kiosk; at once when it lives. */
  start(): Promise<void>;
  /** How often it was killed. */
  deaths(): number;
  /** Ended without having been killed: a defect, with what it said last. */
  collapsed(): string | null;
  close(): Promise<void>;
}

/** Starts nothing yet. */
export function createKioskProcess(environment: NodeJS.ProcessEnv): KioskProcess {
  const waiting = new Map<number, (answer: unknown) => void>();
  let child: ChildProcess | null = null;
  let lastId = 0;
  let deaths = 0;
  let collapsed: string | null = null;

  const kill = (): void => {
    if (child?.kill('SIGKILL')) deaths += 1;
    child = null;
  };
  process.once('exit', kill);

  async function start(): Promise<void> {
    if (child !== null) return;
    const next = fork(WORKER, { env: environment, execArgv: ['--disable-warning=ExperimentalWarning', '--import', LOADER], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    child = next;
    let said = '';
    next.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    const firstId = lastId + 1;
    next.once('exit', (code) => {
      if (child === next) {
        collapsed = `ended with ${code}: ${said}`;
        child = null;
      }
      for (const [id, answer] of waiting) if (id >= firstId) answer(undefined);
    });
    await new Promise<void>((resolve) => {
      next.once('exit', () => resolve());
      next.on('message', (message: unknown) => {
        if (message === 'ready') return resolve();
        const { id, answer } = message as { readonly id: number; readonly answer: unknown };
        waiting.get(id)?.(answer);
        waiting.delete(id);
      });
    });
  }

  return {
    ask(channel, request) {
      const asked = child;
      if (asked === null || !asked.connected) return Promise.resolve(undefined);
      const id = ++lastId;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        asked.send({ id, channel, request } satisfies KioskRequest, (error) => {
          if (error !== null) resolve(undefined);
        });
      });
    },
    kill,
    isAlive: () => child !== null,
    start,
    deaths: () => deaths,
    collapsed: () => collapsed,
    async close() {
      process.off('exit', kill);
      const last = child;
      child = null;
      if (last === null) return;
      const gone = new Promise((resolve) => last.once('exit', resolve));
      last.kill('SIGKILL');
      await gone;
    },
  };
}
