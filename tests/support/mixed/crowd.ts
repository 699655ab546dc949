/**
 * Who is at the festival: visitors who join through the app and sometimes leave, staff at kiosks who tap what their screen shows
 * (two kiosks on one visit, double taps and impatience among it), staff at the backend's page, and the backend's scheduled jobs.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { Backend } from '../backend/backend.ts';
import type { Draw } from '../draw.ts';
import type { Kiosk, Stage } from './stage.ts';
import { callChosen, callOver, callSeveral, command, type OpsVerb, OVERRIDE, type Tap, tap } from './taps.ts';

export interface Festival {
  readonly stage: Stage;
  readonly backend: Backend;
  readonly taps: Tap[];
  readonly users: readonly number[];
  /** Whether the festival is still open. */
  readonly open: () => boolean;
}

/** So that queues neither run dry nor grow without end. */
const QUEUE_AIM = 12;
const NO_SHOW_AFTER_MS = 6_000;

export async function visitors({ stage, backend, users, open }: Festival, draw: Draw): Promise<void> {
  const lastJoinMs = new Map<string, number>();
  while (open()) {
    const boothId = draw.pick(stage.booths).id;
    // Some queue again while their visit is still under way: another ticket of the same visitor.
    const visits = draw.chance(0.3) ? await backend.liveVisits(boothId).catch(() => []) : [];
    const again = visits.filter((visit) => users.includes(visit.userId));
    const userId = again.length > 0 ? draw.pick(again).userId : draw.pick(users);
    // Two registrations within one second are one ticket to a backend that counts seconds.
    const isRested = Date.now() - (lastJoinMs.get(`${boothId}:${userId}`) ?? 0) > 2_000;
    const waiting = await stage.client.zcard(`queue:booth:${boothId}`).catch(() => QUEUE_AIM);
    if (draw.chance(0.08)) await backend.leave(boothId, userId);
    else if (waiting < QUEUE_AIM && isRested && (await backend.join(boothId, userId)) !== null) lastJoinMs.set(`${boothId}:${userId}`, Date.now());
    await pause(draw.whole(10, 60));
  }
}

export async function kioskStaff({ taps, open }: Festival, kiosk: Kiosk, draw: Draw): Promise<void> {
  while (open()) {
    await pause(draw.whole(10, 100));
    const answer = (await kiosk.process.ask('snapshot:get', null)) as { readonly value?: Snapshot } | undefined;
    const booth = answer?.value?.booth;
    if (booth == null) continue;
    if (draw.chance(0.3)) {
      await atTheCommandLine(taps, kiosk, draw);
      continue;
    }
    const verb = draw.weighted({ call: 6, enter: 5, complete: 5, 'no-show': 1, join: 1, reconcile: 2 });
    if (verb === 'reconcile') {
      // By hand it settles every lock in sight, those of living kiosks among them.
      void kiosk.process.ask('kiosk:reconcile', null);
      continue;
    }
    const listed = verb === 'complete' ? booth.insideList : booth.called;
    const name = `Walk-in ${draw.whole(1, 999)}`;
    if (verb !== 'call' && verb !== 'join' && listed.length === 0) continue;
    const request = verb === 'call' ? {} : verb === 'join' ? { name } : { waitingId: draw.pick(listed).waitingId };
    const tapped = tap(taps, kiosk, verb, request);
    // A double tap; of a join it would be another visitor of the same name.
    if (verb !== 'join' && draw.chance(0.1)) await tap(taps, kiosk, verb, request);
    await tapped;
  }
}

interface Listed {
  readonly waiting: readonly { readonly userId: number }[];
  readonly called: readonly { readonly waitingId: number }[];
  readonly inside: readonly { readonly waitingId: number }[];
  readonly gone: readonly { readonly waitingId: number }[];
}

/** What it alone has, on whom its list shows: a visit in any state, those it is too late for among them. */
async function atTheCommandLine(taps: Tap[], kiosk: Kiosk, draw: Draw): Promise<void> {
  const answer = (await kiosk.process.ask('ops', ['list', '--booth', String(kiosk.boothId)])) as { readonly value?: Listed } | undefined;
  if (answer?.value === undefined) return;
  const { waiting, called, inside, gone } = answer.value;
  const what = draw.weighted({ cancel: 1, hold: 1, recall: 1, 'put-back': 4, undo: 5, admit: 2, requeue: 2, leave: 1, chosen: 2, several: 2, over: 1 });
  if (what === 'over') return callOver(taps, kiosk);
  if (what === 'several') return callSeveral(taps, kiosk, draw.whole(2, 3));
  if (what === 'chosen' || what === 'leave') {
    if (waiting.length === 0) return;
    const { userId } = draw.pick(waiting);
    return what === 'chosen' ? callChosen(taps, kiosk, userId) : command(taps, kiosk, what, ['--booth', String(kiosk.boothId), '--user', String(userId)], { userId });
  }
  // Whom the list does not show any more: those this kiosk let out last.
  const letOut = taps.filter((each) => each.verb === 'complete' && each.outcome === 'done' && each.boothId === kiosk.boothId).slice(-3);
  const fitting = what === 'undo' ? [...called, ...gone, ...inside, ...letOut] : what === 'admit' || what === 'requeue' ? gone : called;
  if (fitting.length === 0) return;
  const { waitingId } = draw.pick(fitting);
  if (waitingId === null) return;
  const tapped = command(taps, kiosk, what, wordsOf(what, waitingId, draw), { waitingId });
  // Somebody else does it, or something else, to the same visit at the same moment.
  if (draw.chance(0.15)) await command(taps, kiosk, what, wordsOf(what, waitingId, draw), { waitingId });
  await tapped;
}

function wordsOf(what: OpsVerb, waitingId: number, draw: Draw): readonly string[] {
  if ((what === 'undo' || what === 'admit') && draw.chance(0.3)) return ['--waiting', String(waitingId), ...OVERRIDE];
  const more = what === 'put-back' && draw.chance(0.5) ? ['--after-three'] : what === 'admit' || what === 'requeue' ? ['--reason', 'came late'] : [];
  return ['--waiting', String(waitingId), ...more];
}

export async function backendStaff({ backend, open }: Festival, boothId: number, draw: Draw): Promise<void> {
  while (open()) {
    await pause(draw.whole(100, 400));
    const visits = await backend.liveVisits(boothId).catch(() => []);
    const verb = draw.weighted({ call: 4, enter: 4, complete: 4 });
    const fitting = visits.filter(({ status }) => status === (verb === 'enter' ? 'CALLED' : 'ENTERED'));
    if (verb === 'call') await backend.callNext(boothId);
    else if (fitting.length > 0) await backend[verb](boothId, draw.pick(fitting).waitingId);
  }
}

export async function backendJobs({ stage, backend, open }: Festival, draw: Draw): Promise<void> {
  while (open()) {
    await pause(draw.whole(500, 1_500));
    if (draw.chance(0.6)) await backend.repairBatch();
    else await backend.giveUpOnNoShows(draw.pick(stage.booths).id, NO_SHOW_AFTER_MS);
  }
}
