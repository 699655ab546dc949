/** How long a button takes to look pressed where the processor is slowed, counted in frames. */
import type { Page } from 'playwright-core';

const SLOW_DOWN = 6;

interface Frames {
  /** Frames that had begun between the event and the first in which the button looked pressed. */
  readonly down: number;
  readonly busy: number;
}

/** Touches a button of a page at six times less speed. */
export async function framesUntilPressed(page: Page, testId: string): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW_DOWN });
  const button = page.getByTestId(testId);
  await page.evaluate((id) => {
    const element = document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
    if (element === null) throw new Error('no such button');
    const look = (): string => {
      const { transform, filter, opacity, backgroundColor } = getComputedStyle(element);
      return transform + filter + opacity + backgroundColor;
    };
    const before = look();
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
  }, testId);
  await button.hover();
  await page.mouse.down();
  // Let go before the frame, there would be nothing to see.
  await page.evaluate(() => (window as unknown as { downSeen: Promise<number> }).downSeen);
  await page.mouse.up();
  const frames = await page.evaluate(() => (window as unknown as { framesSeen: Promise<Frames> }).framesSeen);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await session.detach();
  return frames;
}
