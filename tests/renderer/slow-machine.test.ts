/** A weak machine and a full board: what a touch shows at once must not wait for anything. The processor is slowed six times. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requests } from '../support/fake-bridge.ts';
import { framesUntilPressed } from '../support/frames-until-pressed.ts';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { busyBooth, called, inside, running, waiting } from '../support/sample-snapshots.ts';

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

it.each(['call', 'enter-500', 'complete-300'])('a touch on %s is seen in the very next frame', { timeout: 60_000 }, async (testId) => {
  const page = await pages.open(CROWD, { width: 1024, height: 600 });
  expect(await framesUntilPressed(page, testId)).toEqual({ down: 1, busy: 1 });
  expect(await requests(page)).toHaveLength(1);
  await page.context().close();
});
