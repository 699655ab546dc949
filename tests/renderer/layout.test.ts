/** Sizes at arm's length: what fingers must hit and eyes must read, on the smallest and the usual screen. */
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, ok } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { AT_LENGTH } from '../support/at-length.ts';
import { answer, push } from '../support/fake-bridge.ts';
import { GOOD, measure } from '../support/measure-screen.ts';
import { startRendererPages, type RendererPages, type Screen } from '../support/renderer-page.ts';
import { seedsOr } from '../support/seeds.ts';
import { busyBooth, called, eventful, fullBooth, lastPass, NOW, running, setup, STAFF_NAMES, waiting, without } from '../support/sample-snapshots.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const SCREENS: readonly [Screen, ...Screen[]] = [
  { width: 1024, height: 600 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  { width: 800, height: 1280 },
  { width: 600, height: 1024 },
];
const LONG_NAME = 'Photo studio of the engineering department, second floor of the student union building';
const BOARDS: Readonly<Record<string, Partial<Snapshot>>> = {
  busy: {},
  full: { booth: fullBooth },
  'a long name': { booth: { ...busyBooth, name: LONG_NAME } },
  'long names all around': { staff: { names: STAFF_NAMES, chosen: STAFF_NAMES[5] }, booth: { ...busyBooth, name: 'Photo studio of the engineering department' }, embedded: true, stores: without('queue') },
  'nobody at work, nobody told': { staff: { names: STAFF_NAMES, chosen: null }, booth: { ...busyBooth, called: [{ ...called(0, 250_000), announced: 'failed' }, { ...called(1, 760_000), noShowAt: null, announced: 'failed' }] } },
  'everything away': { stores: without('queue', 'ledger'), booth: { ...busyBooth, queueReadAt: NOW - 900_000, ledgerReadAt: NOW - 900_000 } },
};
const LANGUAGES = ['ko', 'en'] as const;
/** A campaign measures every board in both languages; a run of `npm test` each in one of them, drawn for the run. */
const [seed = 0] = seedsOr([randomInt(2)]);
const languagesOf = (index: number): readonly (typeof LANGUAGES)[number][] => (AT_LENGTH ? LANGUAGES : LANGUAGES.filter((_language, at) => (index + seed) % 2 === at));
const cases = Object.keys(BOARDS).flatMap((board, index) => languagesOf(index).map((language) => ({ language, board, name: `${board}, ${language}` })));

/** What is found at each of these sizes, each brought about on the page as it stands. */
async function onEach<T>(page: Page, screens: readonly Screen[], look: () => Promise<T>): Promise<Readonly<Record<string, T>>> {
  const found: Record<string, T> = {};
  for (const { width, height } of screens) {
    await page.setViewportSize({ width, height });
    // Two frames: what follows the size by script has followed.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    found[`${width}×${height}`] = await look();
  }
  return found;
}

/** The same on each of them. */
const alike = <T>(screens: readonly Screen[], what: T): Readonly<Record<string, T>> => Object.fromEntries(screens.map(({ width, height }) => [`${width}×${height}`, what]));

const at = async (snapshot: Snapshot, screen: Screen, run: (page: Page) => Promise<void>): Promise<void> => {
  const page = await pages.open(snapshot, screen);
  // What is not part of the first load belongs to the board all the same.
  if (snapshot.phase === 'running' && snapshot.booth !== null) await page.getByTestId('more').waitFor();
  await run(page);
  await pages.done(page);
};

/** 200 % of the usual and of the smallest screen, in the pixels a page then has. */
const MAGNIFIED: readonly Screen[] = [
  { width: 640, height: 400 },
  { width: 512, height: 300 },
];

describe('the booth screen', () => {
  it.each(cases)('$name, on every screen, and magnified to twice the size', async ({ language, board }) => {
    await at(running({ language, ...BOARDS[board] }), SCREENS[0], async (page) => {
      const smallest = await onEach(page, SCREENS, async () => {
        expect(await page.evaluate(measure), `${page.viewportSize()?.width}`).toEqual(GOOD);
        return Math.min(...(await page.locator('.column-count').evaluateAll((elements) => elements.map((element) => Number.parseFloat(getComputedStyle(element).fontSize)))));
      });
      for (const size of Object.values(smallest)) expect(size).toBeGreaterThanOrEqual(48);
      const magnified = await onEach(page, MAGNIFIED, async () => {
        const { small, outside, cut, tiny } = await page.evaluate(measure);
        // Whatever can be touched can be brought into sight, and nothing lies over it.
        const hidden = await page.locator('button:visible').evaluateAll((buttons) =>
          buttons.flatMap((button) => {
            button.scrollIntoView({ block: 'center' });
            const { left, right, top, bottom } = button.getBoundingClientRect();
            return button.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2)) ? [] : [button.textContent];
          }),
        );
        return { small, outside, cut, tiny, hidden };
      });
      expect(magnified).toEqual(alike(MAGNIFIED, { small: [], outside: [], cut: [], tiny: [], hidden: [] }));
    });
  });
});

describe('a small screen', () => {
  const SMALL = { width: 1024, height: 600 };
  const LONG_PERSON = 'Anne-Marie Villeneuve-Castellanos of the Northern Isles '.repeat(4).trim();
  const named = { ...waiting(0), name: LONG_PERSON };
  const longNames = { ...busyBooth, waiting: [named, ...busyBooth.waiting.slice(1)], called: busyBooth.called.slice(0, 1) };

  it.each(['ko', 'en'] as const)('a long name is told in two lines and covers nothing, %s', async (language) => {
    await at(running({ language, booth: longNames }), SMALL, async (page) => {
      await page.getByTestId('call').click();
      await answer(page, 'booth:call-next', ok({ operationId: 'op-1', state: 'saved', person: named, waitingId: 900 }));
      const words = page.getByTestId('outcome-call').locator('span');
      await words.waitFor();
      expect(await words.evaluate((element) => element.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(element).lineHeight))).toBeLessThan(2.1);
      expect(await page.getByRole('status').first().textContent()).toContain(LONG_PERSON);
      expect(await page.evaluate(measure)).toEqual(GOOD);
      expect(await uncoveredNext(page)).toBe(true);
    });
  });

  it.each(['ko', 'en'] as const)('a refusal beside an outage covers nothing, %s', async (language) => {
    await at(running({ language }), SMALL, async (page) => {
      await page.getByTestId('call').click();
      await answer(page, 'booth:call-next', fail('QUEUE_STORE_UNREACHABLE', 'down'));
      await page.getByTestId('outcome-call').waitFor();
      await push(page, { stores: without('queue'), pending: [{ operationId: 'b', kind: 'enter', state: 'catching-up', person: null, boothId: 7, waitingId: 501, since: Date.now() - 75_000 }] });
      await page.getByTestId('banner').waitFor();
      expect(await page.evaluate(measure)).toEqual(GOOD);
      expect(await uncoveredNext(page)).toBe(true);
    });
  });

  it.each([
    [SMALL, true, 'Simulated'],
    [SMALL, false, 'Local only'],
    [{ width: 1280, height: 800 }, true, 'Simulated visitors'],
    [{ width: 1280, height: 800 }, false, 'This machine only'],
  ] as const)('or the usual one: the mark of a kiosk of its own stands clear of its neighbours, %o, simulated: %s', async (screen, demoArrivals, words) => {
    await at(running({ embedded: true, demoArrivals }), screen, async (page) => {
      const tag = await page.locator('.tag').boundingBox();
      const capacity = await page.locator('.capacity').boundingBox();
      const chooser = await page.getByRole('button', { name: 'Change booth' }).boundingBox();
      expect((tag?.x ?? 0) + (tag?.width ?? Infinity)).toBeLessThan(chooser?.x ?? 0);
      expect((chooser?.x ?? 0) + (chooser?.width ?? Infinity)).toBeLessThan(capacity?.x ?? 0);
      expect(await page.locator('.tag').innerText()).toBe(words);
    });
  });
});

/** The card of the next visitor is wholly inside what its column shows. */
const uncoveredNext = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const card = document.querySelector('.next')?.getBoundingClientRect();
    const front = document.querySelector('.queue-front')?.getBoundingClientRect();
    return card !== undefined && front !== undefined && card.bottom <= front.bottom + 0.5;
  });

describe('the status panel', () => {
  it.each(LANGUAGES)('%s', async (language) => {
    const rare = { recounted: 1, drift: 2, quarantined: 1, swept: 3, refilled: 31, expired: 2 };
    await at(running({ language, monitoring: eventful, lastPass: { ...lastPass, ...rare }, stores: without('queue') }), SCREENS[0], async (page) => {
      await page.getByTestId('sync').click();
      await page.getByTestId('festival').waitFor();
      const found = await onEach(page, SCREENS, () => page.getByRole('dialog').evaluate((dialog) => {
        const shown = [...dialog.querySelectorAll<HTMLElement>('p, li, td, th, dt, dd, h3, h4, button')];
        const name = (element: HTMLElement): string => `${element.tagName} ${element.textContent?.slice(0, 40)}`;
        return {
          sideways: dialog.scrollWidth - dialog.clientWidth,
          cut: shown.filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline').map(name),
          small: shown.filter((element) => Number.parseFloat(getComputedStyle(element).fontSize) < 17.5).map(name),
          low: [...dialog.querySelectorAll<HTMLElement>('button')].filter((button) => button.getBoundingClientRect().height < 48).map(name),
          isStripWide: (dialog.querySelector('.pass-strip')?.getBoundingClientRect().width ?? 0) > 300,
        };
      }));
      expect(found).toEqual(alike(SCREENS, { sideways: 0, cut: [], small: [], low: [], isStripWide: true }));
    });
  });
});

describe('the first start', () => {
  it.each(LANGUAGES)('%s', async (language) => {
    await at(setup({ language }), SCREENS[0], async (page) => {
      const isGood = async (): Promise<void> => expect(await onEach(page, SCREENS, () => page.evaluate(measure))).toEqual(alike(SCREENS, GOOD));
      await isGood();
      await page.getByTestId('connect').click();
      await page.getByTestId('url-ledger').waitFor();
      await isGood();
      await answer(page, 'setup:try-store', fail('LEDGER_UNFIT', "Access denied for user 'kiosk'@'10.0.0.21' (using password: YES): check user and password."));
      await page.getByTestId('url-ledger').fill('mysql://kiosk:wrong@10.0.0.5:3306/festival');
      await page.getByTestId('test-ledger').click();
      await page.getByText('Access denied').waitFor();
      await isGood();
      // Two columns: all four cards in sight at once. Narrower screens are higher, and may scroll.
      const wide = SCREENS.filter(({ width }) => width >= 1024);
      const scrolls = await onEach(page, wide, () => page.locator('.connect-body').evaluate((element) => element.scrollHeight > element.clientHeight));
      expect(scrolls).toEqual(alike(wide, false));
    });
  });
});

describe('the look', () => {
  /** Relative luminance contrast of the text colours against their surfaces. */
  const contrast = (page: Page): Promise<readonly string[]> =>
    page.evaluate(() => {
      const luminance = (hex: string): number => {
        const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
        return 0.2126 * (channels[0] ?? 0) + 0.7152 * (channels[1] ?? 0) + 0.0722 * (channels[2] ?? 0);
      };
      const style = getComputedStyle(document.documentElement);
      const value = (name: string): string => style.getPropertyValue(`--${name}`).trim();
      const weak: string[] = [];
      for (const text of ['text', 'muted', 'good', 'warn', 'bad']) {
        for (const surface of ['background', 'surface', 'raised', ...(text === 'good' || text === 'muted' ? [] : ['warn-surface', 'bad-surface'])]) {
          const [light = 0, dark = 0] = [luminance(value(text)), luminance(value(surface))].sort((a, b) => b - a);
          const ratio = (light + 0.05) / (dark + 0.05);
          if (ratio < 4.5) weak.push(`${text} on ${surface}: ${ratio.toFixed(2)}`);
        }
      }
      return weak;
    });

  it('has AA contrast, dark and light', async () => {
    await at(running(), { width: 1280, height: 800 }, async (page) => {
      expect(await contrast(page)).toEqual([]);
      await page.getByTestId('sync').click();
      await page.getByTestId('theme').click();
      await page.locator('html[data-theme=light]').waitFor();
      expect(await contrast(page)).toEqual([]);
    });
  });

  it('shows where the keyboard is', async () => {
    await at(running(), { width: 1280, height: 800 }, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineWidth)).toBe('3px');
    });
  });
});

it('the first load stays small', async () => {
  const html = await readFile(join(pages.outDir, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="(\.\/[^"]+\.js)"/g)].map((match) => match[1] ?? '');
  const sizes = await Promise.all(scripts.map(async (script) => gzipSync(await readFile(join(pages.outDir, script))).length));
  // Nothing is shown before the catalog of one language is there: it counts, too.
  const assets = await readdir(join(pages.outDir, 'assets'));
  const catalogs = await Promise.all(assets.filter((asset) => /^(ko|en)-.*\.js$/.test(asset)).map(async (asset) => gzipSync(await readFile(join(pages.outDir, 'assets', asset))).length));
  expect(catalogs).toHaveLength(2);
  const total = sizes.reduce((sum, size) => sum + size, Math.max(...catalogs));
  expect(scripts.length).toBeGreaterThan(0);
  expect(total).toBeLessThan(90_000);
  console.info(`initial JavaScript: ${total} bytes gzip`);
});
