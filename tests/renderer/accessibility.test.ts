/** What axe finds by the rules of WCAG 2.2 AA, in every state of the screen. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AXE_ADDRESS, startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { openScene } from '../support/scene.ts';
import { scenes } from '../support/scenes.ts';
import { judgedByAxe } from '../support/judged-by-axe.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const DARK = { language: 'ko', theme: 'dark', screen: { width: 1280, height: 800 } } as const;
const LIGHT = { language: 'en', theme: 'light', screen: { width: 1024, height: 600 } } as const;

// The looks take turns: the same parts are in many states, and every state is judged once.
it.each(scenes.map((scene, index) => ({ ...(index % 2 === 0 ? DARK : LIGHT), scene })).map((each) => ({ ...each, name: `${each.scene.name}, ${each.language}, ${each.theme}` })))('$name', async ({ scene, language, theme, screen }) => {
  const page = await openScene(pages, scene, language, screen, theme);
  const found = await judgedByAxe(page, AXE_ADDRESS);
  await pages.done(page);
  expect(found.violations).toEqual([]);
  // A page that never came has nothing to find, either.
  expect(found.passed).toBeGreaterThan(10);
});
