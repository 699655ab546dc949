/**
 * A mixed festival from opening to rest: kiosk processes and the backend work its booths together while faults happen; then the
 * faults end, everybody comes back, and what is left open is settled by hand. The judge looks at the rest.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Backend, openBackend } from '../backend/backend.ts';
import { eventually } from '../ports.ts';
import { backendJobs, backendStaff, type Festival, kioskStaff, visitors } from './crowd.ts';
import { createDraw } from '../draw.ts';
import { type Fault, faults } from './faults.ts';
import { supervisors } from './house.ts';
import { judge, type Judgement, violationsSoFar } from './judge.ts';
import { type Kiosk, openStage, type Stage } from './stage.ts';
import type { Tap } from './taps.ts';

interface MixedOptions {
  readonly seed: number;
  readonly seconds: number;
  /** On a busy machine the festival stays open until kiosks have called this often, at most four times as long. */
  readonly leastCalls?: number;
  readonly booths: readonly { readonly id: number; readonly capacity: number }[];
  readonly kiosks: number;
  readonly users: number;
  /** Called about every ten seconds while the festival is open. */
  readonly onProgress?: (figures: Figures) => void;
}

export interface Figures {
  readonly elapsedS: number;
  readonly joins: number;
  readonly kioskCalls: number;
  readonly backendCalls: number;
  readonly faults: number;
  readonly kioskDeaths: number;
  readonly backendDeaths: number;
  /** Seen so far in what the servers recorded; who is lost shows at rest only. Null while the database is away. */
  readonly violations: number | null;
}

export interface MixedReport extends Omit<Figures, 'violations'> {
  readonly seed: number;
  readonly injected: Readonly<Partial<Record<Fault, number>>>;
  readonly taps: Readonly<Record<string, number>>;
  /** At rest, after two passes by hand. */
  readonly atRest: Judgement;
  /** After `audit --repair` at every booth. */
  readonly afterRepair: Judgement;
}

/** After any command, and after those of a call that leave something half done behind. */
const BACKEND_DIES = 0.01;
const BACKEND_DIES_CALLING = { pop: 0.04, lock: 0.05, insert: 0.12 } as const;
const REST_LIMIT_MS = 60_000;
const PROGRESS_MS = 10_000;
const PATIENCE = 4;

export async function runMixedFestival(options: MixedOptions): Promise<MixedReport> {
  const stage = await openStage({ booths: options.booths, kiosks: options.kiosks, lockPrefix: 'kiosk-temp:' });
  const drawFor = (stream: string): ReturnType<typeof createDraw> => createDraw(options.seed, stream);
  const [dying, thinking] = [drawFor('backend deaths'), drawFor('backend pauses')];
  const backend = openBackend({
    ...stage.backendUrls,
    diesAfter: (_verb, command) => dying.chance(isRisky(command) ? BACKEND_DIES_CALLING[command] : BACKEND_DIES),
    pause: () => pause(thinking.chance(0.1) ? thinking.whole(20, 300) : thinking.whole(0, 8)),
  });
  try {
    await Promise.all(stage.kiosks.map((kiosk) => kiosk.process.start()));
    await eventually('every kiosk shows its booth', () => allShowTheirBooth(stage), REST_LIMIT_MS);
    const users: number[] = [];
    for (let index = 0; index < options.users; index++) users.push(await backend.registerUser(`visitor ${index}`));

    const startedMs = performance.now();
    const elapsedMs = (): number => performance.now() - startedMs;
    const taps: Tap[] = [];
    const injected: Partial<Record<Fault, number>> = {};
    const festival: Festival = { stage, backend, taps, users, open: () => elapsedMs() < options.seconds * 1_000 * (callsOf(taps) < (options.leastCalls ?? 0) ? PATIENCE : 1) };
    const figures = async (): Promise<Figures> => ({ ...figuresOf(festival, injected, elapsedMs()), violations: await violationsSoFar(festival).catch(() => null) });
    const progress = setInterval(() => void figures().then(options.onProgress), PROGRESS_MS);
    await Promise.all([
      visitors(festival, drawFor('visitors')),
      ...stage.kiosks.map((kiosk) => kioskStaff(festival, kiosk, drawFor(kiosk.name))),
      ...stage.booths.map(({ id }) => backendStaff(festival, id, drawFor(`backend staff ${id}`))),
      ...stage.booths.map(({ id }) => supervisors(festival, id, drawFor(`supervisor ${id}`))),
      backendJobs(festival, drawFor('backend jobs')),
      faults(festival, drawFor('faults'), (fault) => void (injected[fault] = (injected[fault] ?? 0) + 1)),
    ]).finally(() => clearInterval(progress));

    const atTheEnd = figuresOf(festival, injected, elapsedMs());
    await comeToRest(stage, backend);
    const atRest = await judge(festival);
    for (const { id } of stage.booths) await stage.kiosks[0]?.process.ask('ops', ['audit', '--booth', String(id), '--repair']);
    return { seed: options.seed, ...atTheEnd, injected, taps: countTaps(taps), atRest, afterRepair: await judge(festival) };
  } finally {
    await backend.close();
    await stage.close();
  }
}

function isRisky(command: string): command is keyof typeof BACKEND_DIES_CALLING {
  return Object.hasOwn(BACKEND_DIES_CALLING, command);
}

async function allShowTheirBooth(stage: Stage): Promise<boolean> {
  const snapshots = await Promise.all(stage.kiosks.map((kiosk) => kiosk.process.ask('snapshot:get', null)));
  const collapsed = stage.kiosks.map((kiosk) => kiosk.process.collapsed()).find((said) => said !== null);
  if (collapsed !== undefined) throw new Error(`a kiosk ${collapsed}`);
  return snapshots.every((snapshot) => (snapshot as { readonly value?: { readonly booth: unknown } } | undefined)?.value?.booth != null);
}

/** Faults off, everybody back, the backend's own repair, then a pass by hand until no lock is open, and one more for the count. */
async function comeToRest(stage: Stage, backend: Backend): Promise<void> {
  for (const { toRedis, toSql } of stage.kiosks) {
    for (const proxy of [toRedis, toSql]) {
      proxy.onClientData = null;
      proxy.setMode('pass');
    }
  }
  await Promise.all(stage.kiosks.map((kiosk) => kiosk.process.start()));
  await eventually('the backend has nothing under way', () => backend.process.underWay() === 0, REST_LIMIT_MS);
  // It may die in the middle of this as well; its locks are then its next pass's.
  for (let pass = 0; pass < 3; pass++) await backend.repairBatch();
  await eventually('no lock of a kiosk is open', async () => {
    const passes = await Promise.all(stage.kiosks.map(reconcileByHand));
    return passes.every(Boolean) && (await stage.client.zcard('kiosk:locks')) === 0;
  }, REST_LIMIT_MS);
  for (let recounts = 0; recounts < 2; recounts++) if (stage.kiosks[0] !== undefined) await reconcileByHand(stage.kiosks[0]);
}

async function reconcileByHand(kiosk: Kiosk): Promise<boolean> {
  const answer = (await kiosk.process.ask('kiosk:reconcile', null)) as { readonly ok: boolean; readonly value?: { readonly problem: unknown } } | undefined;
  return answer?.ok === true && answer.value?.problem === null;
}

function figuresOf({ stage, backend, taps }: Festival, injected: Partial<Record<Fault, number>>, elapsedMs: number): Omit<Figures, 'violations'> {
  const acts = backend.process.acts.filter((act) => act.end === 'done');
  return {
    elapsedS: Math.round(elapsedMs / 1_000),
    joins: acts.filter((act) => act.verb === 'join').length + taps.filter((tap) => tap.verb === 'join' && tap.outcome === 'done').length,
    kioskCalls: callsOf(taps),
    backendCalls: acts.filter((act) => act.verb === 'call').length,
    faults: Object.values(injected).reduce((sum, count) => sum + count, 0),
    kioskDeaths: stage.kiosks.reduce((sum, kiosk) => sum + kiosk.process.deaths(), 0),
    backendDeaths: backend.process.deaths(),
  };
}

function callsOf(taps: readonly Tap[]): number {
  return taps.filter((tap) => tap.verb === 'call' && tap.outcome === 'done').length;
}

function countTaps(taps: readonly Tap[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verb, outcome, code } of taps) {
    const key = `${verb} ${outcome}${code === null ? '' : ` ${code}`}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
