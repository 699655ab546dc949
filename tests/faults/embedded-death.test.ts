/**
 * Goal: on the embedded stores neither a restart nor SIGKILL loses a visitor who was told that they wait, and nobody is called twice.
 * Method: processes work on one data folder and are killed at random moments; the next process reads what is there. A process is
 * given longer after one that died unheard and less after one that answered, so both kinds occur on any machine.
 * The seed is printed; KIOSK_SEED repeats which verbs run and at which share of that while each dies, not the instant itself.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AT_LENGTH } from '../support/at-length.ts';
import { runCli, spawnCli, withoutKioskSettings } from '../support/run-cli.ts';

const DEATHS = AT_LENGTH ? 40 : 12;
const [LONGER, SHORTER] = [1.15, 0.87];
const seed = Number(process.env['KIOSK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
let state = seed;
/** A small generator (Lehmer), so that a seed repeats a run. */
const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;

let folder: string;
let environment: NodeJS.ProcessEnv;
beforeAll(() => {
  console.info(`seed ${seed}`);
  if (state === 0) state = 1;
  folder = mkdtempSync(join(tmpdir(), 'kiosk-embedded-'));
  environment = { ...withoutKioskSettings(), KIOSK_DATA_DIR: folder };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface List {
  readonly waiting: readonly { readonly userId: number }[];
  readonly called: readonly { readonly userId: number }[];
}
const cli = async (line: string): Promise<unknown> => {
  const { code, json, stderr } = await runCli(line, environment);
  expect(code, stderr).toBe(0);
  return json;
};

/** Runs a verb and kills it after a random while; answers what it said before it died, if anything. */
async function killed(line: string, withinMs: number): Promise<{ readonly userId: number } | null> {
  const child = spawnCli(line, environment);
  child.stderr.resume();
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), random() * withinMs);
  await once(child, 'close');
  clearTimeout(timer);
  return output.endsWith('\n') ? (JSON.parse(output) as { readonly userId: number }) : null;
}

it(`survives ${DEATHS} sudden deaths`, { timeout: 120_000 }, async () => {
  const joined = new Set<number>();
  const called = new Set<number>();
  let spoken = 0;
  const startedMs = performance.now();
  joined.add(((await cli('join --booth 1 --name First')) as { userId: number }).userId);
  let withinMs = (performance.now() - startedMs) * 2;
  for (let death = 0; death < DEATHS; death++) {
    const calling = random() < 0.3;
    const answer = await killed(calling ? 'call --booth 1' : `join --booth 1 --name Visitor-${death}`, withinMs);
    withinMs *= answer === null ? LONGER : SHORTER;
    if (answer === null || !('userId' in answer)) continue;
    spoken++;
    if (calling) expect(called, `seed ${seed}`).not.toContain(answer.userId);
    (calling ? called : joined).add(answer.userId);
  }
  const list = (await cli('list --booth 1')) as List;
  const present = new Set([...list.waiting, ...list.called].map((entry) => entry.userId));
  expect([...joined].filter((userId) => !present.has(userId)), `seed ${seed}`).toEqual([]);
  expect([...called].filter((userId) => !list.called.some((entry) => entry.userId === userId)), `seed ${seed}`).toEqual([]);
  expect(present.size, `seed ${seed}`).toBe(list.waiting.length + list.called.length);
  expect(await cli('audit --booth 1'), `seed ${seed}`).toMatchObject({ ok: true });
  // Some answered before they died and some did not, else nothing was tried.
  expect(spoken).toBeGreaterThan(0);
  expect(spoken).toBeLessThan(DEATHS);
});
