/**
 * Who runs the booths of a festival: they pause, take nobody new, close for a while with what a night leaves behind, and open again; they
 * look after quarantine, into which the app's hurry puts visitors: some are in the queue before the database has heard of them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Festival } from './crowd.ts';
import type { Draw } from '../draw.ts';
import type { Kiosk } from './stage.ts';
import { changeBooth, clearDay, endQuarantine, type PhaseVerb } from './taps.ts';

/** Twenty to forty hours: of an earlier day at any time of this one. */
const AGO_S = { from: 20 * 3_600, to: 40 * 3_600 } as const;
/** Ids that the database has not given out. It gives out higher ones once it has seen one of them: so each booth uses its own downwards. */
const unknownAt = (boothId: number): number => 5_000_000 - boothId * 100_000;

export async function supervisors(festival: Festival, boothId: number, draw: Draw): Promise<void> {
  const kiosks = festival.stage.kiosks.filter((kiosk) => kiosk.boothId === boothId);
  let unknown = unknownAt(boothId);
  const calls = (): number => festival.taps.filter((tap) => tap.verb === 'call' && tap.outcome === 'done' && tap.boothId === boothId).length;
  let nextChange = draw.whole(2, 6);
  while (festival.open()) {
    await pause(draw.whole(300, 1_500));
    // Calls stay the main thing, on a busy machine, too.
    const isDue = calls() >= nextChange;
    if (isDue) nextChange = calls() + draw.whole(4, 10);
    const what = isDue ? draw.weighted({ pause: 3, 'last-call': 2, close: 2 }) : draw.weighted({ unknown: 4, quarantine: 6, clear: 1 });
    if (what === 'pause') await forAWhile(festival, kiosks, ['pause', 'resume'], draw);
    else if (what === 'last-call') await forAWhile(festival, kiosks, ['last-call', 'open'], draw);
    else if (what === 'close') await forAWhile(festival, kiosks, ['close', 'open'], draw, () => night(festival, kiosks, boothId, draw));
    else if (what === 'unknown') await festival.backend.join(boothId, --unknown);
    else if (what === 'quarantine') await quarantine(festival, draw.pick(kiosks), draw);
    else await clearDay(festival.taps, draw.pick(kiosks));
  }
}

/** Until somebody says that it is so again, or the festival ends. */
async function forAWhile({ taps, open }: Festival, kiosks: readonly Kiosk[], [change, back]: readonly [PhaseVerb, PhaseVerb], draw: Draw, meanwhile?: () => Promise<void>): Promise<void> {
  // Its dismissals go on while others do the same, or open it again.
  const changed = changeBooth(taps, draw.pick(kiosks), change, draw.chance(0.5));
  await Promise.race([changed, pause(draw.whole(100, 1_000))]);
  await meanwhile?.();
  await pause(draw.whole(50, 400));
  while (open() && !(await changeBooth(taps, draw.pick(kiosks), back, draw.chance(0.5)))) await pause(draw.whole(20, 200));
}

/** Somebody still stands in the queue, is called or inside, as if they had done so since yesterday; in the morning they are cleared, by two at once at times. */
async function night({ backend, taps, users }: Festival, kiosks: readonly Kiosk[], boothId: number, draw: Draw): Promise<void> {
  const ago = (): number => draw.whole(AGO_S.from, AGO_S.to);
  for (let left = draw.whole(0, 4); left > 0; left--) {
    const as = draw.weighted({ waiting: 3, CALLED: 1, ENTERED: 1 });
    if (as === 'waiting') await backend.join(boothId, draw.pick(users), ago());
    else await backend.leaveBehind(boothId, draw.pick(users), as, ago());
  }
  if (draw.chance(0.7)) await Promise.all(kiosks.slice(0, draw.whole(1, 2)).map((kiosk) => clearDay(taps, kiosk)));
}

interface SetAside {
  readonly entries: readonly { readonly member: string }[];
}

/** Whom the database has heard of in the end is put back, most of the time. */
async function quarantine({ taps, backend }: Festival, kiosk: Kiosk, draw: Draw): Promise<void> {
  const answer = (await kiosk.process.ask('ops', ['quarantine', 'list', '--booth', String(kiosk.boothId)])) as { readonly value?: SetAside } | undefined;
  const members = answer?.value?.entries.map(({ member }) => Number(member)) ?? [];
  if (members.length === 0) return;
  const userId = draw.pick(members);
  const isKnown = draw.chance(0.7) && (await backend.registerUser('late', userId).then(() => true, () => false));
  const what = isKnown || draw.chance(0.2) ? 'restored' : 'dropped';
  const ended = endQuarantine(taps, kiosk, userId, what);
  if (draw.chance(0.2)) await endQuarantine(taps, kiosk, userId, draw.chance(0.5) ? 'restored' : 'dropped');
  await ended;
}
