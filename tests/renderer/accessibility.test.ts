/** What axe finds by the rules of WCAG 2.2 AA, in the states of the screen. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AT_LENGTH } from '../support/at-length.ts';
import { AXE_ADDRESS, startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { openScene } from '../support/scene.ts';
import { seedsOr } from '../support/seeds.ts';
import { scenes } from '../support/scenes.ts';
import { judgedByAxe } from '../support/judged-by-axe.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const DARK = { language: 'ko', theme: 'dark', screen: { width: 1280, height: 800 } } as const;
const LIGHT = { language: 'en', theme: 'light', screen: { width: 1024, height: 600 } } as const;

const [seed = 0] = seedsOr([randomInt(3)]);
if (!AT_LENGTH) console.info(`every third state, from the ${['first', 'second', 'third'][seed % 3]} on: KIOSK_SEED=${seed % 3}`);

/** A campaign judges every state in both looks; a run of `npm test` every third state, in the same look each time: many parts are in many states. */
const looksOf = (index: number): readonly (typeof DARK | typeof LIGHT)[] => (AT_LENGTH ? [DARK, LIGHT] : index % 3 !== seed % 3 ? [] : index % 2 === 0 ? [DARK] : [LIGHT]);
it.each(scenes.flatMap((scene, index) => looksOf(index).map((look) => ({ ...look, scene }))).map((each) => ({ ...each, name: `${each.scene.name}, ${each.language}, ${each.theme}` })))('$name', async ({ scene, language, theme, screen }) => {
  const page = await openScene(pages, scene, language, screen, theme);
  const found = await judgedByAxe(page, AXE_ADDRESS);
  await pages.done(page);
  expect(found.violations).toEqual([]);
  // A page that never came has nothing to find, either.
  expect(found.passed).toBeGreaterThan(10);
});
