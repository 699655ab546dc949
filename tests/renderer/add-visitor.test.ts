/**
 * Goal: a visitor is added with a finger alone, by Hangul name or telephone number, and with any keyboard and input method. Method: the
 * built screen in Chromium, touched, typed on, and measured.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JoinAnswer } from '../../shared/channels.ts';
import { fail, ok } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { answer, requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages, type Screen } from '../support/renderer-page.ts';
import { running } from '../support/sample-snapshots.ts';
import { typeByHand } from '../support/scanner-keys.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const TABLET: Screen = { width: 1024, height: 600, touch: true };
const dialog = (run: (page: Page) => Promise<void>, changes: Partial<Snapshot> = {}, screen = TABLET) => async (): Promise<void> => {
  const page = await pages.open(running(changes), screen);
  await page.getByTestId('add').tap();
  await page.getByTestId('name').waitFor();
  await run(page);
  await pages.done(page);
};
const tapKeys = async (page: Page, ids: readonly string[]): Promise<void> => {
  for (const id of ids) await page.getByTestId(`key-${id}`).tap();
};
const nameNow = (page: Page): Promise<string> => page.getByTestId('name').inputValue();
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));
const joined = (changes: Partial<JoinAnswer> = {}): JoinAnswer => ({
  operationId: 'j', state: 'saved', person: { userId: 77, name: '···· 5678', number: 70 }, waitingId: null, position: 22, waitingTotal: 22, estimatedWaitMinutes: 18, alreadyQueued: false, ...changes,
});

describe('the keys of the screen', () => {
  it('write a Korean name', dialog(async (page) => {
    await tapKeys(page, [...'ㄱㅣㅁㅎㅏㄴㅡㄹ']);
    expect(await nameNow(page)).toBe('김하늘');
    expect(await focused(page)).toBe('name');
    await page.getByTestId('add-submit').tap();
    expect(await requests(page)).toEqual([{ channel: 'booth:add-visitor', payload: { boothId: 7, name: '김하늘' } }]);
  }, { language: 'ko' }));

  it('take a syllable back letter by letter while it is written, afterwards as a whole', dialog(async (page) => {
    await tapKeys(page, [...'ㄱㅣㅁㄱㅘ'.replace('ㅘ', 'ㅗㅏ'), 'delete']);
    expect(await nameNow(page)).toBe('김고');
    await tapKeys(page, ['delete']);
    expect(await nameNow(page)).toBe('김ㄱ');
    await tapKeys(page, ['delete', 'delete']);
    expect(await nameNow(page)).toBe('');
    await tapKeys(page, ['delete']);
    expect(await nameNow(page)).toBe('');
  }, { language: 'ko' }));

  it('write double consonants with Shift, once, and Latin letters and digits', dialog(async (page) => {
    await tapKeys(page, ['shift', 'ㅃ', 'ㅏ', 'ㄲ'.replace('ㄲ', 'ㄱ')]);
    expect(await nameNow(page)).toBe('빡');
    await tapKeys(page, [' ', 'script', 'shift', 'J', 'u', 'n', '-', '2']);
    expect(await nameNow(page)).toBe('빡 Jun-2');
  }, { language: 'ko' }));

  it('begin in the language of the screen', dialog(async (page) => {
    await tapKeys(page, ['shift', 'H', 'a', 'n', 'a']);
    expect(await nameNow(page)).toBe('Hana');
  }));

  it('write where the caret is, over what is selected, and together with a keyboard', dialog(async (page) => {
    await typeByHand(page, 'Hana', { end: null });
    await page.getByTestId('name').evaluate((field: HTMLInputElement) => field.setSelectionRange(0, 1));
    await tapKeys(page, ['j', 'o']);
    expect(await nameNow(page)).toBe('joana');
    await typeByHand(page, 'x', { end: null });
    expect(await nameNow(page)).toBe('joxana');
    await tapKeys(page, ['delete', 'delete']);
    expect(await nameNow(page)).toBe('jana');
  }));

  it('delete what people see as one character', dialog(async (page) => {
    await page.getByTestId('name').fill('Kim 👩‍👩‍👧é́');
    await page.getByTestId('name').evaluate((field: HTMLInputElement) => field.setSelectionRange(field.value.length, field.value.length));
    await tapKeys(page, ['delete', 'delete']);
    expect(await nameNow(page)).toBe('Kim ');
  }));

  it('lose none of two in the same frame, and act once for a finger, a mouse and a screen reader', dialog(async (page) => {
    await page.evaluate(() => {
      for (const id of ['h', 'a', 'n']) document.querySelector(`[data-testid=key-${id}]`)?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
    });
    expect(await nameNow(page)).toBe('han');
    await page.getByTestId('key-a').click();
    expect(await nameNow(page)).toBe('hana');
    await page.getByTestId('key-s').evaluate((key: HTMLElement) => key.click());
    expect(await nameNow(page)).toBe('hanas');
    await page.getByTestId('key-s').click({ button: 'right' });
    expect(await nameNow(page)).toBe('hanas');
  }));

  it('are no stops on the way of the Tab key', dialog(async (page) => {
    const stops: (string | null | undefined)[] = [];
    for (let step = 0; step < 6; step += 1) {
      stops.push(await focused(page));
      await page.keyboard.press('Tab');
    }
    expect(stops).toContain('add-submit');
    expect(stops.filter((stop) => stop?.startsWith('key-'))).toEqual([]);
  }));
});

describe('an input method', () => {
  it('ends its syllable with Enter, and nothing else happens; the next Enter adds the whole name', dialog(async (page) => {
    const keys = await page.context().newCDPSession(page);
    await keys.send('Input.insertText', { text: '김하' });
    await keys.send('Input.imeSetComposition', { text: '느', selectionStart: 1, selectionEnd: 1 });
    expect(await nameNow(page)).toBe('김하느');
    await page.keyboard.press('Enter');
    expect(await requests(page)).toEqual([]);
    await keys.send('Input.insertText', { text: '늘' });
    await page.keyboard.press('Enter');
    expect(await requests(page)).toEqual([{ channel: 'booth:add-visitor', payload: { boothId: 7, name: await nameNow(page) } }]);
    expect(await nameNow(page)).toMatch(/늘$/);
  }));
});

describe('by telephone number', () => {
  const byPhone = (run: (page: Page) => Promise<void>) =>
    dialog(async (page) => {
      await page.getByTestId('way-phone').tap();
      await page.getByTestId('phone').waitFor();
      await run(page);
    });

  it('with a finger: digits, the number of the day, and only the last four on the screen', byPhone(async (page) => {
    await tapKeys(page, ['010', ...'123459', 'delete', ...'678']);
    expect(await page.getByTestId('phone').inputValue()).toBe('01012345678');
    await page.getByTestId('add-submit').tap();
    expect(await requests(page)).toEqual([{ channel: 'booth:add-by-phone', payload: { boothId: 7, phone: '01012345678' } }]);
    await answer(page, 'booth:add-by-phone', ok(joined()));
    expect(await page.getByTestId('joined').innerText()).toMatch(/70[\s\S]*···· 5678[\s\S]*22nd[\s\S]*about 18 min/);
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain('01012345678');
    // The booth adds the next one in the same way.
    await page.getByTestId('add-another').tap();
    expect(await page.getByTestId('phone').inputValue()).toBe('');
    expect(await focused(page)).toBe('phone');
  }));

  it('as people write them: the same digits', byPhone(async (page) => {
    await page.getByTestId('phone').fill('+82 10-1234-5678');
    await page.getByTestId('add-submit').tap();
    expect(await requests(page)).toEqual([{ channel: 'booth:add-by-phone', payload: { boothId: 7, phone: '01012345678' } }]);
  }));

  it.each([['12', 'Please enter 4 to 15 digits.'], ['', 'Please enter 4 to 15 digits.'], ['010 1234 567O', 'A phone number is made of digits.']])('%j is refused in words', async (typed, words) => {
    await byPhone(async (page) => {
      await page.getByTestId('phone').fill(typed);
      expect(await page.getByRole('dialog').getByRole('alert').count()).toBe(0);
      await page.getByTestId('add-submit').tap();
      await page.getByRole('dialog').getByRole('alert').getByText(words).waitFor();
      expect(await requests(page)).toEqual([]);
    })();
  });

  it('one too long is said at once', byPhone(async (page) => {
    await tapKeys(page, [...'1234567890123456']);
    await page.getByRole('dialog').getByRole('alert').waitFor();
  }));

  it('of somebody who waits already: their number and place, and what to do if it is somebody else', byPhone(async (page) => {
    await tapKeys(page, [...'5678']);
    await page.getByTestId('add-submit').tap();
    await answer(page, 'booth:add-by-phone', ok(joined({ position: 5, alreadyQueued: true })));
    const result = page.getByTestId('joined');
    await result.getByText('This visitor is waiting here already').waitFor();
    expect(await result.innerText()).toMatch(/70[\s\S]*5th[\s\S]*Somebody else with these digits\?/);
  }));
});

describe.each([
  ['low', { width: 1024, height: 600, touch: true }],
  ['upright', { width: 600, height: 1024, touch: true }],
  ['wide', { width: 1920, height: 1080, touch: true }],
])('on a %s screen', (_name, screen) => {
  it.each(['name', 'phone'] as const)('everything to add by %s is there without scrolling, the answer too, 48 px and 6 px apart', async (way) => {
    await dialog(async (page) => {
      await page.getByTestId(`way-${way}`).tap();
      await page.getByTestId(way).fill(way === 'name' ? '김하늘' : '01012345678');
      await page.getByTestId('add-submit').tap();
      await answer(page, way === 'name' ? 'booth:add-visitor' : 'booth:add-by-phone', fail('QUEUE_STORE_UNREACHABLE', 'down'));
      await page.getByTestId('outcome-join').waitFor();
      const boxes = await page.getByRole('dialog').evaluate((element) =>
        [...element.querySelectorAll('button, input, .outcome')].map((each) => {
          const { x, y, width, height } = each.getBoundingClientRect();
          return { what: each.getAttribute('data-testid') ?? '', x, y, width, height };
        }),
      );
      expect(boxes.length).toBeGreaterThan(way === 'name' ? 45 : 16);
      for (const box of boxes) {
        expect(box, box.what).toMatchObject({ what: expect.any(String) });
        expect([box.what, box.x >= 0 && box.y >= 0 && box.x + box.width <= screen.width && box.y + box.height <= screen.height]).toEqual([box.what, true]);
        if (!box.what.startsWith('outcome')) expect([box.what, Math.min(box.width, box.height) >= 48]).toEqual([box.what, true]);
      }
      const keys = boxes.filter(({ what }) => what.startsWith('key-'));
      for (const [index, a] of keys.entries()) {
        for (const b of keys.slice(index + 1)) {
          const apart = Math.max(b.x - a.x - a.width, a.x - b.x - b.width, b.y - a.y - a.height, a.y - b.y - b.height);
          expect([a.what, b.what, apart >= 5.9]).toEqual([a.what, b.what, true]);
        }
      }
    }, { language: 'ko' }, screen)();
  });
});
