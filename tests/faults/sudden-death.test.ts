/**
 * Goal: a kiosk process killed at any moment of an action leaves nothing that one pass elsewhere does not put right.
 * Method: every message that names the operation (its begin, commit, finish, journal line) is a moment: the process dies by SIGKILL
 * right after it was passed on (and, at length, right before it arrives, and during more actions). Each moment is died at in turn, until a
 * run lives. The messages of its start are died at too; in which order those come varies from run to run.
 */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../electron/cli/answer.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { AT_LENGTH } from '../support/at-length.ts';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

/** An action sends about a dozen messages; a run that never lives is a defect. */
const MOMENTS_LIMIT = 90;
let festival: RealFestival;
let proxies: readonly FaultProxy[];
let environment: NodeJS.ProcessEnv;
/** What lives: it prepares, and puts right. */
let beside: CommandLine;
let cases = 0;

beforeAll(async () => {
  festival = await startFestival({ visitors: 6 });
  const toRedis = await startProxy(festival.redis.port);
  const toMariadb = await startProxy(festival.mariadb.port);
  proxies = [toRedis, toMariadb];
  environment = festival.environment({ redisUrl: `redis://127.0.0.1:${toRedis.port}`, mysqlUrl: festival.mysqlUrlAt(toMariadb.port) });
  beside = openCommandLine(festival.environment());
  // What a first start writes is there, so that every run below has the same moments.
  await done('reconcile');
});
afterAll(async () => {
  console.info(`sudden deaths: ${cases}`);
  await beside.close();
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await festival.close();
});

async function done(line: string): Promise<Answer> {
  const answer = await beside.run(line.split(' '));
  await beside.drain();
  if (!answer.ok || answer.value.error !== undefined) throw new Error(`${line}: ${JSON.stringify(answer)}`);
  return answer.value;
}

type IsMoment = (chunk: Buffer) => boolean;

const everyMessage = (): IsMoment => () => true;

/** From the step that begins the operation on, whatever carries its id. */
function ofTheOperation(): IsMoment {
  let operationId: string | undefined;
  return (chunk) => {
    const text = chunk.toString('latin1');
    operationId ??= /kiosk:done:([0-9a-f-]{36})/.exec(text)?.[1];
    return operationId !== undefined && text.includes(operationId);
  };
}

/** Runs a verb through the proxies; it dies at moment `at` (from 1). Answers how many moments there were: fewer than `at` if it lived. */
async function run(line: string, at: number, when: 'before' | 'after', isMoment: IsMoment): Promise<number> {
  let moments = 0;
  const child = festival.spawnCli(line, environment);
  for (const proxy of proxies) {
    proxy.onClientData = (chunk) => {
      if (!isMoment(chunk) || ++moments !== at) return undefined;
      child.kill('SIGKILL');
      return when === 'before' ? 'reset' : 'drop-replies';
    };
  }
  await once(child, 'exit');
  for (const proxy of proxies) proxy.onClientData = null;
  return moments;
}

/** Answers whether the dead process had left a lock behind. */
async function aftermath(what: string): Promise<boolean> {
  const pass = await done('reconcile');
  expect(pass, what).toMatchObject({ kept: 0, problem: null });
  const { current, inside, ...people } = await festival.judge();
  expect(people, what).toEqual({ lost: [], twice: [], locks: [] });
  expect(current, what).toBe(inside);
  expect(await done('audit --booth 1'), what).toMatchObject({ ok: true });
  return Number(pass['seen']) > 0;
}

/** Everybody back in the queue, nobody called. */
async function reset(): Promise<void> {
  await festival.sql('DELETE FROM waiting; SELECT 1');
  await festival.client.del('queue:booth:1', 'booth:1:current');
  await festival.plant(festival.userIds);
}

async function visitOf(status: string): Promise<number> {
  const visit = (await festival.visits()).find((row) => row['status'] === status);
  if (visit === undefined) throw new Error(`nobody is ${status}`);
  return Number(visit['id']);
}

const STAGES: Record<'call' | 'enter' | 'complete' | 'put-back' | 'undo', () => Promise<string>> = {
  call: async () => 'call --booth 1',
  async enter() {
    await done('call --booth 1');
    return `enter --waiting ${await visitOf('CALLED')}`;
  },
  async complete() {
    await done('call --booth 1');
    await done(`enter --waiting ${await visitOf('CALLED')}`);
    return `complete --waiting ${await visitOf('ENTERED')}`;
  },
  async 'put-back'() {
    await done('call --booth 1');
    return `put-back --waiting ${await visitOf('CALLED')}`;
  },
  async undo() {
    const complete = await STAGES.complete();
    await done(complete);
    return `undo --waiting ${await visitOf('COMPLETED')}`;
  },
};

/** Dies at each moment of a verb in turn, or at each third; answers how many moments there were, and after how many of them a lock was left. */
async function dieAtEach(verb: keyof typeof STAGES, when: 'before' | 'after', moments: () => IsMoment, step = 1): Promise<{ readonly deaths: number; readonly leftLocks: number }> {
  let leftLocks = 0;
  for (let at = 1; ; at += step) {
    expect(at).toBeLessThan(MOMENTS_LIMIT);
    await reset();
    const queueBefore = await festival.queue();
    const reached = await run(await STAGES[verb](), at, when, moments());
    if (await aftermath(`${verb}, killed ${when} message ${at}`)) leftLocks++;
    // Whoever was not called stands where they stood.
    const visits = await festival.visits();
    expect(await festival.queue()).toEqual(queueBefore.slice(visits.length));
    if (reached < at) return { deaths: (at - 1) / step, leftLocks };
    cases++;
  }
}

// Complete and undo send the same messages as enter.
describe.each(AT_LENGTH ? (['call', 'enter', 'complete', 'put-back', 'undo'] as const) : (['call', 'enter', 'put-back'] as const))('killed during %s', (verb) => {
  // Dead before a message, a kiosk has done what one did that died after the message before.
  it.each(AT_LENGTH ? (['before', 'after'] as const) : (['after'] as const))('%s each message of the operation', { timeout: 120_000 }, async (when) => {
    // begin, commit, finish, journal. Dead between begin and finish, it leaves its lock.
    expect(await dieAtEach(verb, when, ofTheOperation)).toEqual({ deaths: 4, leftLocks: 2 });
  });
});

it('killed after every third message it sends, those of its start among them', { timeout: 120_000 }, async () => {
  expect((await dieAtEach('call', 'after', everyMessage, 3)).deaths).toBeGreaterThan(4);
});
