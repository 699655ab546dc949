/**
 * Simulated visitors for trying the kiosk out: they join by the same path as a walk-in added by staff.
 */
import type { Taps } from './taps.ts';

const NAMES = ['김민지', 'Sora', '박준호', 'Liam', '이서연', 'Aisha', '최지우', 'Noah', '정하늘', 'Emma', '한도윤', '田中さくら', '오수아', 'Lucas', '윤재현', 'Zoë', '강예은', 'Mateo', '임시우', 'Olga'];
const QUEUE_FULL_ENOUGH = 12;
const FIRST_COMERS = 4;
const EVERY_MS = 9_000;

export interface DemoArrivals {
  on(): boolean;
  set(on: boolean): void;
  stop(): void;
}

/** @param queue the booth shown and how many wait there; null while that is not known */
export function createDemoArrivals(taps: Taps, queue: () => { readonly boothId: number; readonly waiting: number } | null, onChange: () => void): DemoArrivals {
  let timer: NodeJS.Timeout | null = null;
  /** Of the loop that may go on; a visitor still arriving when it was switched off must not start it again. */
  let turn = 0;
  let next = 0;

  const arrive = async (): Promise<void> => {
    const at = queue();
    if (at === null || at.waiting >= QUEUE_FULL_ENOUGH) return;
    await taps.addVisitor(at.boothId, NAMES[next++ % NAMES.length] ?? '방문자');
  };
  const tick = async (mine: number): Promise<void> => {
    await arrive();
    // A queue that is still short fills quickly, so that there is something to do.
    const soon = (queue()?.waiting ?? 0) < FIRST_COMERS;
    if (mine === turn) timer = setTimeout(() => void tick(mine), soon ? EVERY_MS / 10 : EVERY_MS);
  };
  const stop = (): void => {
    turn++;
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };

  return {
    on: () => timer !== null,
    set(on) {
      stop();
      if (on) timer = setTimeout(() => void tick(turn), EVERY_MS / 10);
      onChange();
    },
    stop,
  };
}
