/** A page as it stands, judged by axe. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    readonly axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };
  }
}

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
export const AXE_FILE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
let script: Promise<string> | null = null;

/**
 * What it finds by the rules of WCAG 2.2 AA, and how many rules found something to pass.
 * @param address where the page's own origin serves it, whose copy the browser keeps from page to page; null: it is sent
 */
export async function judgedByAxe(page: Page, address: string | null = null): Promise<{ readonly passed: number; readonly violations: readonly string[] }> {
  if (address !== null) await page.addScriptTag({ url: address });
  else await page.evaluate(await (script ??= readFile(AXE_FILE, 'utf8')));
  return page.evaluate(async (tags) => {
    const { violations, passes } = await window.axe.run(document, { runOnly: tags, resultTypes: ['violations'], preload: false });
    return { passed: passes.length, violations: violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} (${node.failureSummary?.split('\n')[1]?.trim() ?? ''})`)) };
  }, STANDARD);
}
