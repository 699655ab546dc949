/** What the booth screen says about the state of things: versions, clocks, stores. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ok } from '../../shared/errors.ts';
import type { LockView, Snapshot } from '../../shared/snapshot.ts';
import { answer, push, requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { busyBooth, called, emptyBooth, lastPass, NOW, running, upStores, waiting, without } from '../support/sample-snapshots.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const show = (changes: Partial<Snapshot>, run: (page: Page) => Promise<void>) => async (): Promise<void> => {
  const page = await pages.open(running(changes));
  await run(page);
  await pages.done(page);
};

describe('a snapshot', () => {
  it('is ignored when a newer one is on screen', show({ version: 10 }, async (page) => {
    await push(page, { version: 9, booth: { ...busyBooth, waitingTotal: 1 } });
    await push(page, { version: 11, booth: { ...busyBooth, waitingTotal: 61 } });
    await push(page, { version: 10, booth: { ...busyBooth, waitingTotal: 2 } });
    expect(await page.locator('.column-waiting .column-count').innerText()).toBe('61');
  }));

  it('after a gap is whole: nothing has to be asked for', show({ version: 10 }, async (page) => {
    await push(page, { version: 20, booth: { ...busyBooth, waitingTotal: 61 } });
    await page.locator('.column-waiting .column-count').getByText('61').waitFor();
    expect(await requests(page)).toEqual([]);
  }));

  it('brings a change of language, and the page says which it is in', show({ language: 'ko' }, async (page) => {
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    await page.getByRole('button', { name: 'English' }).click();
    await page.locator('html[lang=en]').waitFor();
    expect(await page.getByTestId('call').innerText()).toBe('Call next');
    expect(await requests(page)).toEqual([{ channel: 'kiosk:set-language', payload: { language: 'en' } }]);
  }));
});

describe('the countdown', () => {
  const row = (page: Page, id: number): Promise<string> => page.getByTestId(`called-${id}`).getByTestId('countdown').innerText();

  it('counts by the history store, whatever this machine thinks', async () => {
    const page = await pages.open(running({ booth: { ...busyBooth, called: [called(0, 60_000)] } }));
    await page.evaluate(() => {
      Date.now = () => 0;
    });
    await push(page, { now: NOW + 1_000 });
    const first = await row(page, 500);
    expect(first).toMatch(/3:5[5-9] left/);
    await page.waitForFunction((before) => document.querySelector('[data-testid=countdown]')?.textContent !== before, first);
    expect(await row(page, 500)).toMatch(/3:5\d left/);
    await pages.done(page);
  });

  it('warns in the last minute and asks when it is over, in words', show({ booth: { ...busyBooth, called: [called(0, 30_000), called(1, 270_000), called(2, 330_000)] } }, async (page) => {
    expect(await row(page, 500)).not.toMatch(/minute|Absent/);
    expect(await row(page, 501)).toContain('Absent soon');
    expect(await row(page, 502)).toMatch(/Absent\?[\s\S]*0:3\d over/);
  }));

  it('goes by the time the visitor was given, not by that of the call', show({ booth: { ...busyBooth, called: [{ ...called(0, 20 * 60_000), noShowAt: NOW + 180_000 }] } }, async (page) => {
    expect(await row(page, 500)).toMatch(/^(3:00|2:5\d) left$/);
    await push(page, { booth: { ...busyBooth, called: [{ ...called(0, 20 * 60_000), noShowAt: NOW + 30_000 }] } });
    await page.getByTestId('called-500').getByText('Absent soon').waitFor();
  }));

  it('is none where nobody counts as absent by time: since when they are called, without alarm', show({ booth: { ...busyBooth, called: [{ ...called(0, 753_000), noShowAt: null }] } }, async (page) => {
    const line = page.getByTestId('called-ago');
    expect(await line.innerText()).toMatch(/^12:3\d ago$/);
    expect(await page.getByTestId('called-500').innerText()).not.toMatch(/left|over|Absent|minute/);
    expect(await page.getByTestId('called-500').locator('.countdown[data-level]').count()).toBe(0);
    await push(page, { language: 'ko' });
    await line.getByText(/^호출 후 12:3\d$/).waitFor();
  }));
});

describe('the announcement of a call', () => {
  it.each([['ko', '알림 실패: 직접 불러 주세요'], ['en', 'Not told: call them by voice']] as const)('is spoken of only when it failed, %s', async (language, words) => {
    const visits = (['failed', 'pending', 'yes', null] as const).map((announced, index) => ({ ...called(index, 30_000), announced }));
    const page = await pages.open(running({ language, booth: { ...busyBooth, called: visits } }));
    expect(await page.getByTestId('not-announced').allInnerTexts()).toEqual([words]);
    expect(await page.getByTestId('called-500').innerText()).toContain(words);
    expect(await page.getByTestId('called-500').locator('.not-announced svg').count()).toBe(1);
    expect(await page.getByTestId('enter-500').getAttribute('data-state')).toBe('ready');
    expect(await page.getByTestId('sync').getAttribute('data-sync')).toBe('ok');
    await pages.done(page);
  });
});

describe('the banner', () => {
  it('is not there when all is well', show({}, async (page) => {
    expect(await page.getByTestId('banner').count()).toBe(0);
    expect(await page.getByTestId('sync').innerText()).toBe('In sync');
  }));

  it('Redis away: entering goes on, calling waits', show({ stores: without('queue'), pending: [65_000, 5_000].map((ago) => ({ operationId: `x${ago}`, kind: 'enter', state: 'catching-up', person: null, boothId: 7, waitingId: 501, since: Date.now() - ago })) }, async (page) => {
    const text = await page.getByTestId('banner').innerText();
    expect(text).toContain('The festival’s server (Redis) has been unreachable since 14:02');
    expect(text).toContain('Entered and Complete keep working. Calling and adding wait');
    expect(text).toMatch(/2 actions under way for \d+ min/);
    expect(text).toContain('If it lasts, tell your supervisor.');
    expect(await page.getByTestId('sync').innerText()).toBe('Attention');
    await page.getByTestId('call').click({ force: true });
    await page.getByTestId('add').click({ force: true });
    await page.getByTestId('enter-501').click();
    expect((await requests(page)).map((request) => request.channel)).toEqual(['visit:act']);
  }));

  it('MySQL away: nothing new begins, and the lists say how old they are', show({ language: 'ko', stores: without('ledger'), booth: { ...busyBooth, ledgerReadAt: NOW - 18 * 60_000 } }, async (page) => {
    const text = await page.getByTestId('banner').innerText();
    expect(text).toContain('14:02부터 축제 서버(MariaDB)에 연결되지 않습니다');
    expect(text).toContain('대기 순서는 그대로 유지됩니다');
    // Nobody is called: no wait can be promised.
    expect(await page.locator('.column-waiting .column-aside').count()).toBe(0);
    expect(await page.locator('.column-inside .column-head').innerText()).toContain('14:02 기준');
    for (const id of ['call', 'enter-501', 'complete-301']) await page.getByTestId(id).click({ force: true });
    expect(await requests(page)).toEqual([]);
  }));

  it('both away, since the second went, and gone by itself when they are back', show({ stores: without('queue', 'ledger').map((store) => (store.role === 'ledger' ? { ...store, since: store.since + 60_000 } : store)) }, async (page) => {
    const text = await page.getByTestId('banner').innerText();
    expect(text).toContain('The festival’s servers (Redis, MariaDB) have been unreachable since 14:03');
    expect(text).toContain('Everything is paused. No visitor is lost');
    await push(page, { stores: running().stores });
    await page.getByTestId('banner').waitFor({ state: 'detached' });
  }));

  it('a server that answers but cannot serve is said to be just that', show({ stores: without('ledger').map((store) => (store.role === 'ledger' ? { ...store, state: 'unfit' as const } : store)) }, async (page) => {
    expect(await page.getByTestId('banner').innerText()).toContain('The festival’s server (MariaDB) has been unusable since 14:02');
  }));

  it('says that the connection is back, for a moment, and only after an outage', show({ stores: upStores.map((store) => ({ ...store, state: 'connecting' as const })) }, async (page) => {
    const line = page.getByTestId('reconnected');
    await push(page, { stores: upStores });
    await page.getByTestId('call').and(page.locator('[data-state=ready]')).waitFor();
    expect(await line.count()).toBe(0);
    await push(page, { stores: without('queue') });
    await page.getByTestId('banner').waitFor();
    await push(page, { stores: upStores.map((store) => (store.role === 'queue' ? { ...store, state: 'connecting' as const } : store)) });
    await page.getByTestId('banner').waitFor({ state: 'detached' });
    expect(await line.count()).toBe(0);
    const where = await page.getByTestId('complete-300').boundingBox();
    await push(page, { stores: upStores });
    await line.waitFor();
    expect(await line.innerText()).toBe('Connected again.');
    // The banner has gone and moved the buttons: once is enough.
    expect(await page.getByTestId('complete-300').boundingBox()).toEqual(where);
    await line.waitFor({ state: 'detached' });
  }));
});

describe('a queue that was lost', () => {
  const lost = { ...emptyBooth, lostQueue: { waitingBefore: 12 } };

  it('is said until somebody has noted it, and nobody is promised an entrance at once', show({ booth: lost }, async (page) => {
    const banner = page.getByTestId('lost-queue');
    expect(await banner.innerText()).toContain('Redis came back without its queue: 12 were waiting before.');
    expect(await page.getByTestId('sync').innerText()).toBe('Attention');
    expect(await page.locator('.column-waiting').innerText()).not.toMatch(/no wait|Add a visitor, or/);
    await page.getByRole('button', { name: 'Noted' }).click();
    expect(await requests(page)).toEqual([{ channel: 'booth:note-lost-queue', payload: null }]);
    await answer(page, 'booth:note-lost-queue', ok(null));
    // Gone only when the main process says so.
    expect(await banner.count()).toBe(1);
    await push(page, { booth: emptyBooth });
    await banner.waitFor({ state: 'detached' });
    expect(await page.getByTestId('sync').innerText()).toBe('In sync');
    await page.locator('.column-waiting').getByText('no wait').waitFor();
    // Nobody is in front, but nobody can come in, either.
    await push(page, { booth: { ...emptyBooth, inside: 20, current: 20 } });
    await page.locator('.column-waiting').getByText('no wait').waitFor({ state: 'detached' });
  }));
});

describe('the status panel', () => {
  const lock: LockView = { operationId: 'l', kind: 'call', boothId: 7, person: waiting(0), waitingId: null, owner: 'chicken-2/9f31', mine: false, ageMs: 95_000, overdue: true };

  it('shows locks with who ends them, and the overdue ones in words', show({ locks: [lock] }, async (page) => {
    await page.getByTestId('sync').click();
    for (const text of ['Overdue', 'chicken-2/9f31', 'The next pass looks at the history']) await page.getByTestId('lock').filter({ hasText: text }).waitFor();
  }));

  it('says what was set aside and what is not kept, each once, and the supervisor is called', show({ booth: { ...busyBooth, setAside: 2 }, stores: upStores.map((store) => ({ ...store, warnings: ['password-not-kept'] })) }, async (page) => {
    expect(await page.getByTestId('sync').innerText()).toBe('Attention');
    await page.getByTestId('sync').click();
    await page.getByTestId('reconcile').waitFor();
    expect(await page.getByTestId('warning').allInnerTexts()).toEqual([
      '2 entries of the queue cannot be called and were set aside; tell the festival office.',
      'The password is kept for this run only: this machine has no key store. It has to be entered again at the next start.',
    ]);
    await push(page, { booth: { ...busyBooth, setAside: 1 } });
    await page.getByText('1 entry of the queue cannot be called and was set aside').waitFor();
    await push(page, { booth: busyBooth });
    await page.getByText('set aside').waitFor({ state: 'detached' });
    expect(await page.getByTestId('sync').innerText()).toBe('In sync');
  }));

  it('promises nothing about what only Redis knows while it is away', show({ stores: without('queue'), booth: { ...busyBooth, current: null } }, async (page) => {
    await page.getByTestId('sync').click();
    await page.getByText('Cannot be checked while Redis is down.', { exact: true }).waitFor();
    await page.getByText('The shared count cannot be checked while Redis is down.').waitFor();
    expect(await page.getByText('Every operation is through').count()).toBe(0);
    await push(page, { booth: { ...busyBooth, current: 11 } });
    await page.getByText('the shared count 11. It is corrected once Redis is back.').waitFor();
    await push(page, { stores: upStores });
    await page.getByText('The next pass corrects it.').waitFor();
    await page.getByText('Every operation is through').waitFor();
  }));

  it('has the whole name of the booth, however long', show({ booth: { ...busyBooth, name: 'Booth '.repeat(40).trim() } }, async (page) => {
    await page.getByTestId('sync').click();
    await page.getByText(`Booth: \u2068${'Booth '.repeat(40).trim()}\u2069`).waitFor();
  }));

  it('reconciles on request and says what came of it', show({}, async (page) => {
    await page.getByTestId('sync').click();
    await page.getByTestId('reconcile').click();
    await page.getByTestId('reconcile').getByText('Reconciling…', { exact: true }).waitFor();
    await answer(page, 'kiosk:reconcile', ok({ ...lastPass, trigger: 'by-hand', seen: 2, finished: 1, undone: 1 }));
    await page.getByText('Pass done: 2 seen, 2 settled.').waitFor();
  }));

  it('switches the simulated visitors on embedded stores only', show({ embedded: true, demoArrivals: true }, async (page) => {
    await page.getByTestId('sync').click();
    await page.getByTestId('demo').click();
    expect(await requests(page)).toEqual([{ channel: 'kiosk:set-demo-arrivals', payload: { on: false } }]);
    await push(page, { embedded: false });
    await page.getByTestId('demo').waitFor({ state: 'detached' });
  }));

  it('closes on Escape and gives the focus back', show({}, async (page) => {
    await page.getByTestId('sync').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('reconcile').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('reconcile').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('sync');
  }));
});

describe('without a booth', () => {
  it('says why, and lets another be chosen', show({ booth: null, boothProblem: 'BOOTH_NOT_FOUND' }, async (page) => {
    await page.getByRole('heading', { name: 'The booth cannot be shown' }).waitFor();
    expect(await page.getByTestId('sync').innerText()).toBe('Attention');
    await page.getByRole('button', { name: 'Change booth' }).click();
    await page.getByRole('button', { name: '타로 점집' }).click();
    expect(await requests(page)).toEqual([{ channel: 'booth:select', payload: { boothId: 8 } }]);
  }));
});

it('nothing on these screens broke the content security policy or wrote to the console', () => {
  expect(pages.complaints).toEqual([]);
});
