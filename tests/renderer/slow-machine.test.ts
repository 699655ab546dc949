/** A weak machine and a full board: what a touch shows at once must not wait for anything. The processor is slowed six times. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { busyBooth, called, inside, running, waiting } from '../support/sample-snapshots.ts';

const SLOW_DOWN = 6;

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const CROWD = running({
  booth: {
    ...busyBooth,
    capacity: 60,
    waitingTotal: 1_000,
    waiting: Array.from({ length: 50 }, (_, index) => waiting(index)),
    called: Array.from({ length: 5 }, (_, index) => called(index, 20_000)),
    insideList: Array.from({ length: 50 }, (_, index) => inside(index, 5 + index)),
    inside: 50,
    current: 50,
  },
});

interface Frames {
  /** Frames that had begun between the event and the first in which the button looked pressed. */
  readonly down: number;
  readonly busy: number;
}

it.each(['call', 'enter-500', 'complete-300'])('a touch on %s is seen in the very next frame', { timeout: 60_000 }, async (testId) => {
  const page = await pages.open(CROWD, { width: 1024, height: 600 });
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW_DOWN });
  const button = page.getByTestId(testId);
  const calm = await button.evaluate((element) => getComputedStyle(element).transform + getComputedStyle(element).filter + getComputedStyle(element).opacity + getComputedStyle(element).backgroundColor);
  await page.evaluate(
    ([id, before]) => {
      const element = document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
      if (element === null) throw new Error('no such button');
      const look = (): string => getComputedStyle(element).transform + getComputedStyle(element).filter + getComputedStyle(element).opacity + getComputedStyle(element).backgroundColor;
      const framesUntil = (seen: () => boolean): Promise<number> =>
        new Promise((resolve) => {
          let frames = 0;
          const next = (): void => {
            frames += 1;
            if (seen() || frames > 100) resolve(frames);
            else requestAnimationFrame(next);
          };
          requestAnimationFrame(next);
        });
      const down = new Promise<number>((resolve) => element.addEventListener('pointerdown', () => void framesUntil(() => element.matches(':active') && look() !== before).then(resolve), { once: true, capture: true }));
      const busy = new Promise<number>((resolve) => element.addEventListener('click', () => void framesUntil(() => element.dataset['state'] === 'busy').then(resolve), { once: true, capture: true }));
      Object.assign(window, { downSeen: down, framesSeen: Promise.all([down, busy]).then((counts) => ({ down: counts[0], busy: counts[1] })) });
    },
    [testId, calm] as const,
  );
  await button.hover();
  await page.mouse.down();
  // Let go before the frame, there would be nothing to see.
  await page.evaluate(() => (window as unknown as { downSeen: Promise<number> }).downSeen);
  await page.mouse.up();
  expect(await page.evaluate(() => (window as unknown as { framesSeen: Promise<Frames> }).framesSeen)).toEqual({ down: 1, busy: 1 });
  expect(await requests(page)).toHaveLength(1);
  await page.context().close();
});
