/** What axe finds by the rules of WCAG 2.2 AA, in every state of the screen. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { openScene } from '../support/scene.ts';
import { scenes } from '../support/scenes.ts';

declare global {
  interface Window {
    readonly axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
  }
}

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

let pages: RendererPages;
let axeScript: string;
beforeAll(async () => {
  pages = await startRendererPages();
  axeScript = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});
afterAll(() => pages.close());

const DARK = { language: 'ko', theme: 'dark', screen: { width: 1280, height: 800 } } as const;
const LIGHT = { language: 'en', theme: 'light', screen: { width: 1024, height: 600 } } as const;

// The looks take turns: the same parts are in many states, and every state is judged once.
it.each(scenes.map((scene, index) => ({ ...(index % 2 === 0 ? DARK : LIGHT), scene })).map((each) => ({ ...each, name: `${each.scene.name}, ${each.language}, ${each.theme}` })))('$name', async ({ scene, language, theme, screen }) => {
  const page = await openScene(pages, scene, language, screen, theme);
  await page.evaluate(axeScript);
  const found = await page.evaluate(async (tags) => {
    const { violations, passes } = await window.axe.run(document, { runOnly: tags, resultTypes: ['violations'], preload: false });
    return { passed: passes.length, violations: violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary?.split('\n')[1]?.trim() ?? ''})`)) };
  }, STANDARD);
  await pages.done(page);
  expect(found.violations).toEqual([]);
  // A page that never came has nothing to find, either.
  expect(found.passed).toBeGreaterThan(10);
});
