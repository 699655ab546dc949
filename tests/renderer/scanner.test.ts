/**
 * Goal: a scanner is heard wherever the focus is, and does nothing else; nobody who types is taken for one. Method: the built screen in
 * Chromium; keys as hardware sends them, each with its own time, so that the pace does not depend on the machine.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JoinAnswer } from '../../shared/channels.ts';
import { fail, ok } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { answer, push, requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { busyBooth, called, running, without } from '../support/sample-snapshots.ts';
import { scan, scannerListens, typeByHand } from '../support/scanner-keys.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const show = (run: (page: Page) => Promise<void>, changes: Partial<Snapshot> = {}) => async (): Promise<void> => {
  const page = await pages.open(running(changes));
  await scannerListens(page);
  await run(page);
  await pages.done(page);
};
const joined = (changes: Partial<JoinAnswer> = {}): JoinAnswer => ({
  operationId: 'j', state: 'saved', person: { userId: 4711, name: '하늘', number: null }, waitingId: null, position: 22, waitingTotal: 22, estimatedWaitMinutes: 18, alreadyQueued: false, ...changes,
});
const knownAsked = (userId: number) => ({ channel: 'booth:add-known', payload: { boothId: 7, userId } });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));

describe('a scan', () => {
  it('opens the dialog, and the visitor joins at once', show(async (page) => {
    await scan(page, '4711');
    await page.getByText('Visitor ID: 4711').waitFor();
    expect(await requests(page)).toEqual([knownAsked(4711)]);
    await answer(page, 'booth:add-known', ok(joined()));
    expect(await page.getByTestId('joined').innerText()).toMatch(/하늘[\s\S]*22nd[\s\S]*about 18 min/);
    // Heard as well as seen.
    expect(await page.getByTestId('add-another').evaluate((button) => document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent)).toMatch(/하늘.*22nd.*18 min/);
  }));

  it.each(['Enter', 'Tab'] as const)('while CALL NEXT has the focus calls nobody (ended by %s)', async (end) => {
    await show(async (page) => {
      await page.getByTestId('call').focus();
      await scan(page, '4711', { end });
      await page.getByTestId('scan-result').waitFor();
      expect(await requests(page)).toEqual([knownAsked(4711)]);
      expect(await page.getByTestId('call').getAttribute('data-state')).toBe('ready');
    })();
  });

  it('by a slow scanner calls nobody either, where nothing can be typed into', show(async (page) => {
    await page.getByTestId('call').focus();
    await scan(page, '4711', { gapMs: 200 });
    await page.getByTestId('scan-result').waitFor();
    expect(await requests(page)).toEqual([knownAsked(4711)]);
  }));

  it('with blanks in it presses no button either', show(async (page) => {
    await page.getByTestId('call').focus();
    await scan(page, 'see us at booth 7');
    await page.getByText('This is not a visitor’s code: ⁨see us at booth 7⁩').waitFor();
    expect(await requests(page)).toEqual([]);
  }));

  it('leaves the name that was being typed as it was, and is no name', show(async (page) => {
    await page.getByTestId('add').click();
    await page.getByTestId('name').fill('Hana Kim');
    await page.getByTestId('name').evaluate((field: HTMLInputElement) => field.setSelectionRange(4, 4));
    const values: string[] = [];
    await page.exposeFunction('seen', (value: string) => void values.push(value));
    await page.getByTestId('name').evaluate((field: HTMLInputElement) => field.addEventListener('input', () => (window as unknown as { seen(value: string): void }).seen(field.value)));
    await scan(page, '4711');
    await page.getByTestId('scan-result').waitFor();
    expect(await requests(page)).toEqual([knownAsked(4711)]);
    expect(values.at(-1)).toBe('Hana Kim');
  }));

  it('of another visitor may follow at once', show(async (page) => {
    for (const userId of [4711, 4712, 4713]) {
      await scan(page, String(userId));
      await answer(page, 'booth:add-known', ok(joined({ operationId: `j${userId}`, person: { userId, name: `Visitor ${userId}`, number: null } })));
      await page.getByTestId('joined').getByText(`Visitor ${userId}`).waitFor();
    }
    expect(await requests(page)).toEqual([4711, 4712, 4713].map(knownAsked));
  }));

  it('while the one before is still being added is left aside in so many words', show(async (page) => {
    await scan(page, '4711');
    await scan(page, '4712');
    await page.getByText('the last scan did nothing').waitFor();
    expect(await requests(page)).toEqual([knownAsked(4711)]);
    await answer(page, 'booth:add-known', ok(joined()));
    await page.getByTestId('joined').waitFor();
    expect(await page.getByText('the last scan did nothing').count()).toBe(1);
    await scan(page, '4712');
    await page.getByText('the last scan did nothing').waitFor({ state: 'detached' });
    expect((await requests(page)).at(-1)).toEqual(knownAsked(4712));
  }));

  it('of somebody who waits here already says so, with their place', show(async (page) => {
    await scan(page, '4711');
    await answer(page, 'booth:add-known', ok(joined({ position: 5, alreadyQueued: true })));
    await page.getByTestId('joined').getByText('This visitor is waiting here already and keeps their place.').waitFor();
    expect(await page.getByTestId('joined').innerText()).toContain('5th');
  }));

  it.each([
    ['MAX_WAITING_EXCEEDED', 'This visitor waits at 2 booths already.'],
    ['USER_NOT_FOUND', 'This visitor is not registered with the festival.'],
    ['BOOTH_CLOSED', 'The booth is closed.'],
    ['QUEUE_STORE_UNREACHABLE', 'The queue server (Redis) cannot be reached.'],
  ] as const)('refused (%s) says why, and leaves another way', async (code, words) => {
    await show(async (page) => {
      await scan(page, '4711');
      await answer(page, 'booth:add-known', fail(code, 'no'));
      await page.getByTestId('scan-result').getByText(words).waitFor();
      await page.getByTestId('scan-back').click();
      await page.getByTestId('name').waitFor();
    })();
  });

  it('of a called visitor offers the entrance, one tap away, and queues nobody', show(async (page) => {
    const visit = called(1, 0);
    await scan(page, String(visit.userId));
    await page.getByText('This visitor has been called. Are they coming in now?').waitFor();
    expect(await focused(page)).toBe('scan-enter');
    await page.getByTestId('scan-enter').click();
    expect(await requests(page)).toEqual([{ channel: 'visit:act', payload: { waitingId: visit.waitingId, kind: 'enter' } }]);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }));

  it('of a visitor inside queues nobody', show(async (page) => {
    await scan(page, String(busyBooth.insideList[0]?.userId));
    await page.getByText('This visitor is inside already.').waitFor();
    expect(await requests(page)).toEqual([]);
  }));

  it('goes by the prefix of the settings', show(async (page) => {
    await scan(page, 'https://festival.example/users/4711');
    await page.getByTestId('scan-result').waitFor();
    expect(await requests(page)).toEqual([knownAsked(4711)]);
    await answer(page, 'booth:add-known', ok(joined()));
    await page.getByTestId('joined').waitFor();
    await scan(page, '4711');
    await page.getByText('It holds ⁨https://festival.example/users/⁩ and then the visitor ID.').waitFor();
    expect(await requests(page)).toHaveLength(1);
  }, { scannerPrefix: 'https://festival.example/users/' }));

  it('is read by the places of its keys while a Korean input method is on', show(async (page) => {
    await page.getByTestId('add').click();
    await scan(page, 'user:4711', { composing: true });
    await page.getByTestId('scan-result').waitFor();
    expect(await requests(page)).toEqual([knownAsked(4711)]);
  }, { scannerPrefix: 'user:' }));

  it.each([['longer than any code', 'x'.repeat(260)], ['an id beyond all numbers', '9'.repeat(40)], ['a telephone number', '01012345678']])('%s is shown shortened, and asks for nothing', async (_what, code) => {
    await show(async (page) => {
      await scan(page, code, { gapMs: 0.5 });
      await page.getByTestId('scan-result').waitFor();
      expect((await page.getByTestId('scan-result').innerText()).length).toBeLessThan(200);
      expect(await requests(page)).toEqual([]);
    })();
  });

  it('with a store away is refused by the main process like any other', show(async (page) => {
    await scan(page, '4711');
    expect(await requests(page)).toEqual([knownAsked(4711)]);
  }, { stores: without('queue') }));
});

describe('is no scan', () => {
  it('what a person types: a name, and Enter', show(async (page) => {
    await page.getByTestId('add').click();
    await page.getByTestId('name').waitFor();
    await typeByHand(page, 'Hana');
    expect(await requests(page)).toEqual([{ channel: 'booth:add-visitor', payload: { boothId: 7, name: 'Hana' } }]);
  }));

  it('what the fastest typist types, 40 ms a key', show(async (page) => {
    await page.getByTestId('add').click();
    await page.getByTestId('name').waitFor();
    await scan(page, '4711', { gapMs: 40 });
    expect(await requests(page)).toEqual([{ channel: 'booth:add-visitor', payload: { boothId: 7, name: '4711' } }]);
  }));

  it('Enter alone: it presses CALL NEXT as ever', show(async (page) => {
    await page.getByTestId('call').focus();
    await page.keyboard.press('Enter');
    expect(await requests(page)).toEqual([{ channel: 'booth:call-next', payload: { boothId: 7 } }]);
  }));

  it('a fast beginning whose Enter comes late: it goes where it always went', show(async (page) => {
    await page.getByTestId('call').focus();
    await scan(page, '4711', { end: null });
    await scan(page, '', { end: 'Enter' });
    expect(await requests(page)).toEqual([{ channel: 'booth:call-next', payload: { boothId: 7 } }]);
  }));

  it('two fast keys and Enter', show(async (page) => {
    await page.getByTestId('call').focus();
    await scan(page, '47');
    expect(await requests(page)).toEqual([{ channel: 'booth:call-next', payload: { boothId: 7 } }]);
  }));
});

it('the board takes no scan while there is no booth on it', show(async (page) => {
  await push(page, { booth: null, boothProblem: 'BOOTH_NOT_FOUND' });
  await scan(page, '4711');
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(await requests(page)).toEqual([]);
}));
