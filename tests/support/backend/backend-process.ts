/**
 * The backend as a process that can die between any two of its commands: every act under way then stops where it is, and nobody
 * cleans up after it. A new process takes over at once.
 * Commands can be held back for a moment, so that whoever restarts a server knows that none is on its way.
 */
import { type BackendAct, BackendCrash, type BackendVerb } from './acts.ts';

export interface BackendProcess {
  readonly acts: readonly BackendAct[];
  /** How often it died. */
  readonly deaths: () => number;
  /** Acts under way now. */
  readonly underWay: () => number;
  /** Runs one act to its end, whatever that is; null when it was refused, crashed or failed. */
  run<T>(verb: BackendVerb, boothId: number, work: (act: BackendAct) => Promise<T | null>): Promise<T | null>;
  /** Sends one command of an act. Throws BackendCrash when the process died meanwhile. */
  command<T>(act: BackendAct, name: string, send: () => Promise<T>): Promise<T>;
  /** Lets no further command out and resolves when none is on its way. */
  hold(): Promise<void>;
  release(): void;
  crash(): void;
}

/**
 * @param diesAfter asked after each command; true: the process dies now
 * @param pause waited before each command, as a busy program does
 */
export function createBackendProcess(diesAfter: (verb: BackendVerb, command: string) => boolean, pause: () => Promise<void>): BackendProcess {
  const acts: BackendAct[] = [];
  const lives = new WeakMap<BackendAct, number>();
  const idle: (() => void)[] = [];
  let life = 0;
  let onTheWire = 0;
  let gate: PromiseWithResolvers<void> | null = null;

  const sent = (): void => {
    onTheWire -= 1;
    if (onTheWire === 0) for (const resolve of idle.splice(0)) resolve();
  };
  const assertAlive = (act: BackendAct): void => {
    if (lives.get(act) !== life) throw new BackendCrash('the backend died here');
  };

  return {
    acts,
    deaths: () => life,
    underWay: () => acts.filter((act) => act.end === 'under-way').length,
    async run(verb, boothId, work) {
      const act: BackendAct = { verb, boothId, userId: null, score: null, waitingId: null, commands: [], end: 'under-way' };
      acts.push(act);
      lives.set(act, life);
      try {
        const answer = await work(act);
        act.end = answer === null ? 'refused' : 'done';
        return answer;
      } catch (error) {
        act.end = error instanceof BackendCrash ? 'crashed' : 'failed';
        if (act.end === 'failed' && !isStoreError(error)) throw error;
        return null;
      }
    },
    async command(act, name, send) {
      await pause();
      while (gate !== null) await gate.promise;
      assertAlive(act);
      onTheWire += 1;
      try {
        const answer = await send();
        act.commands.push(name);
        if (diesAfter(act.verb, name)) life += 1;
        return answer;
      } finally {
        sent();
      }
    },
    async hold() {
      gate ??= Promise.withResolvers<void>();
      if (onTheWire > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
    release() {
      gate?.resolve();
      gate = null;
    },
    crash() {
      life += 1;
    },
  };
}

/** Drivers give their errors a code, an errno or a name; what has none is a defect of the test backend itself. */
function isStoreError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'code' in error || 'errno' in error || /Redis|Reply|Retries|Abort/.test(error.name) || /[Cc]onnection|writeable/.test(error.message);
}
