/** The visitors' display: who is called, how long it takes, and the truth when nothing new comes. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { displayView } from '../../electron/display-view.ts';
import type { DisplayView } from '../../shared/display.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { showOnDisplay } from '../support/fake-bridge.ts';
import { type RendererPages, type Screen, startRendererPages } from '../support/renderer-page.ts';
import { busyBooth, called, emptyBooth, NOW, phaseOf, running, setup } from '../support/sample-snapshots.ts';

const MINUTE = 60_000;
let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(async () => {
  await pages.close();
});

async function at(view: DisplayView, run: (page: Page) => Promise<void>, screen?: Screen): Promise<void> {
  const page = await pages.openDisplay(view, screen);
  await run(page);
  await pages.done(page);
  expect(pages.complaints).toEqual([]);
}
const four = [called(0, 4 * MINUTE), called(1, 3 * MINUTE), { ...called(2, 2 * MINUTE), number: null, name: '남궁선우' }, called(3, 1_000)];
const view = (changes: Partial<Snapshot> = {}): DisplayView => displayView(running({ language: 'ko', booth: { ...busyBooth, called: four }, ...changes }));
const shownCalls = (page: Page) => page.locator('.display-calls li').allInnerTexts();

describe('the display', () => {
  it('shows the booth, the last four calls, the newest first and largest, and the wait', () =>
    at(view(), async (page) => {
      expect(await page.locator('h1').innerText()).toBe('치킨 부스');
      expect(await shownCalls(page)).toEqual(['7', '남**우', '5', '4']);
      expect([await page.getByTestId('waiting').innerText(), await page.getByTestId('estimate').innerText()]).toEqual(['57명', '18분']);
      const heights = await page.locator('.display-calls li > *').evaluateAll((names) => names.map((name) => Number.parseFloat(getComputedStyle(name).fontSize)));
      expect(heights[0]).toBeGreaterThan(2 * Math.max(...heights.slice(1)));
    }));

  it.each(['ko', 'en'] as const)('says its first word in the language it was told, not the one of the machine: %s', async (language) => {
    const page = await pages.openDisplay(view({ language, booth: null }));
    await page.addInitScript(() => {
      const said = new Set<string>();
      new MutationObserver(() => said.add(document.querySelector('#root')?.textContent ?? '')).observe(document, { childList: true, subtree: true, characterData: true });
      Object.assign(window, { said: () => [...said].filter((text) => text !== '') });
    });
    await page.reload();
    await page.locator(`html[lang=${language}] .nobody`).waitFor();
    expect(await page.evaluate('said()')).toEqual([language === 'ko' ? '준비하고 있습니다' : 'Just a moment']);
    await page.context().close();
  });

  it('follows what it is told, and passes over what is older', () =>
    at(view(), async (page) => {
      await showOnDisplay(page, { ...view({ booth: emptyBooth, language: 'en' }), version: 3 });
      await page.getByText('No waiting: come right in').waitFor();
      await showOnDisplay(page, { ...view(), version: 2 });
      expect(await page.getByTestId('estimate').innerText()).toBe('none');
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    }));

  it('asks to wait for a call, and promises no way in, where somebody waits or nobody has left', () =>
    at(view({ booth: { ...busyBooth, called: [] } }), async (page) => {
      await page.getByText('호출을 기다려 주세요').waitFor();
      expect(await page.locator('h2').count()).toBe(0);
      const full = { ...emptyBooth, inside: 20, current: 20 };
      await showOnDisplay(page, { ...view({ booth: full }), version: 2 });
      await page.getByTestId('estimate').getByText('—').waitFor();
      await page.getByText('호출을 기다려 주세요').waitFor();
    }));

  it('tells that the booth is closed, instead of a wait', () =>
    at(view({ booth: { ...busyBooth, called: four, phase: phaseOf('closed') } }), async (page) => {
      await page.getByText('운영을 마감했습니다').waitFor();
      expect(await page.getByTestId('waiting').count()).toBe(0);
      expect(await shownCalls(page)).toHaveLength(4);
      await showOnDisplay(page, { ...view({ booth: { ...emptyBooth, phase: phaseOf('closed') } }), version: 2 });
      await page.getByText('더 이상 호출하지 않습니다').waitFor();
    }));

  it.each([
    ['paused', '호출을 잠시 멈췄습니다'],
    ['last-call', '새 접수는 마감했습니다'],
  ] as const)('tells a booth that is %s, how many wait, and no time', (phase, words) =>
    at(view({ booth: { ...busyBooth, called: four, phase: phaseOf(phase, { reason: '비밀 사유' }) } }), async (page) => {
      await page.getByTestId('phase').getByText(words, { exact: true }).waitFor();
      expect([await page.getByTestId('waiting').innerText(), await page.getByTestId('estimate').count()]).toEqual(['57명', 0]);
      expect(await page.locator('body').innerText()).not.toContain('비밀');
    }));

  it('tells no number it cannot know, and since when', () =>
    at(view({ booth: { ...busyBooth, called: four, queueReadAt: NOW - 18 * MINUTE } }), async (page) => {
      expect([await page.getByTestId('waiting').innerText(), await page.getByTestId('estimate').innerText()]).toEqual(['—', '—']);
      expect(await page.getByTestId('stale').innerText()).toBe('14:02 이후 대기 현황을 확인하지 못했습니다. 부스에 문의해 주세요');
      expect(await shownCalls(page)).toHaveLength(4);
    }));

  it('tells that it may not know the latest calls', () =>
    at(view({ booth: { ...busyBooth, called: four, ledgerReadAt: NOW - 5 * MINUTE, queueReadAt: NOW - 18 * MINUTE } }), async (page) => {
      expect(await page.getByTestId('stale').innerText()).toBe('14:15 이후 새 호출을 확인하지 못했습니다. 부스에 문의해 주세요');
    }));

  it('tells no number before the queue was read', () =>
    at(view({ booth: { ...emptyBooth, queueReadAt: null } }), async (page) => {
      expect([await page.getByTestId('waiting').innerText(), await page.getByTestId('stale').innerText()]).toEqual(['—', '지금은 현황을 확인하지 못합니다. 부스에 문의해 주세요']);
    }));

  it('grows old by itself when nothing is told any more', () =>
    at(view(), async (page) => {
      expect(await page.getByTestId('stale').count()).toBe(0);
      await page.clock.install();
      await showOnDisplay(page, { ...view(), version: 2 });
      await page.clock.runFor(40_000);
      await page.getByTestId('stale').waitFor();
      await page.context().close();
    }));

  it('waits for a booth', () => at(displayView(setup({ language: 'ko' })), async (page) => page.getByText('준비하고 있습니다').waitFor()));
});

describe.each([
  { width: 1920, height: 1080 },
  { width: 1280, height: 800 },
  { width: 1024, height: 600 },
  { width: 1080, height: 1920 },
])('at $width x $height', (screen) => {
  const longest = { ...busyBooth, name: 'Photo studio of the engineering department, second floor of the student union building', waitingTotal: 1_204, estimatedWaitMinutes: 640 };

  it.each([
    ['a number of many digits', [1, 2, 3, 4].map((index) => ({ ...called(index, index * 1_000), number: 10_000 + index }))],
    ['numbers of the evening', [1, 2, 3, 4].map((index) => ({ ...called(index, index * 1_000), number: 1_000 + index }))],
    ['names', [1, 2, 3, 4].map((index) => ({ ...called(index, index * 1_000), number: null, name: 'Wolfeschlegelsteinhausenbergerdorff' }))],
    ['numbers of the festival', [1, 2, 3, 4].map((index) => ({ ...called(index, index * 1_000), userId: 9_007_199_254_740_991, number: null, name: '' }))],
  ])('nothing is cut off or lies over anything: %s', (_what, calls) =>
    at(
      view({ booth: { ...longest, called: calls } }),
      async (page) => {
        const outside = await page.locator('.display-calls li > *, .display-calls ol, .display-foot dt, .display-foot dd, .display-foot, .display-clock').evaluateAll((all) =>
          all.filter((each) => {
            const [own, around] = [each, each.parentElement ?? document.body].map((element) => element.getBoundingClientRect()) as [DOMRect, DOMRect];
            return own.left < around.left - 1 || own.right > around.right + 1 || own.top < around.top - 1 || own.bottom > around.bottom + 1 || own.bottom > window.innerHeight + 1;
          }).map((each) => `${each.className} ${each.textContent}`),
        );
        expect(outside).toEqual([]);
      },
      screen,
    ));
});

it('stands still where people want it so', async () => {
  const page = await pages.openDisplay(view(), undefined, 'reduce');
  expect(await page.getByTestId('newest').evaluate((newest) => getComputedStyle(newest).animationName)).toBe('none');
  await pages.done(page);
});
