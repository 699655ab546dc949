/** What axe finds by the rules of WCAG 2.2 AA, in every state of the screen. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AT_LENGTH } from '../support/at-length.ts';
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

// A campaign judges every state in both looks, `npm test` every other one in one: which, changes from run to run, and the same parts are in many.
const turn = Number(process.env['KIOSK_SEED'] ?? randomInt(2)) % 2;
if (!AT_LENGTH) console.info(`states ${turn === 0 ? 'one, three, five' : 'two, four, six'}, and so on: KIOSK_SEED=${turn}`);
const looks = scenes.flatMap((scene, index) => [DARK, LIGHT].map((look, which) => ({ ...look, scene, isDue: AT_LENGTH || (index % 2 === turn && Math.floor(index / 2) % 2 === which) })));
it.each(looks.filter(({ isDue }) => isDue).map((each) => ({ ...each, name: `${each.scene.name}, ${each.language}, ${each.theme}` })))('$name', async ({ scene, language, theme, screen }) => {
  const page = await openScene(pages, scene, language, screen, theme);
  const found = await judgedByAxe(page, AXE_ADDRESS);
  await pages.done(page);
  expect(found.violations).toEqual([]);
  // A page that never came has nothing to find, either.
  expect(found.passed).toBeGreaterThan(10);
});
