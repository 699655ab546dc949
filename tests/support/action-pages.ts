/** The pages of a file of tests that act on a busy booth. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import type { Snapshot } from '../../shared/snapshot.ts';
import { startRendererPages, type RendererPages } from './renderer-page.ts';
import { running } from './sample-snapshots.ts';

/** Call once at the top of a test file. */
export function actionPages() {
  let pages: RendererPages;
  beforeAll(async () => {
    pages = await startRendererPages();
  });
  afterAll(() => pages.close());
  return {
    /** A test on a page of its own that shows a busy booth, once what is not part of the first load has arrived. */
    withPage: (run: (page: Page) => Promise<void>, changes: Partial<Snapshot> = {}) => async (): Promise<void> => {
      const page = await pages.open(running(changes), { width: 1280, height: 800 });
      await page.locator('.below-lists').waitFor({ state: 'attached' });
      await run(page);
      await pages.done(page);
    },
    /** What any page of the file has complained about. */
    complaints: () => pages.complaints,
  };
}
