/** What a tap comes to on the screen: one request, and one of the true outcomes, in words. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, ok } from '../../shared/errors.ts';
import type { OperationKind, PendingOperation } from '../../shared/snapshot.ts';
import { waitOnPage } from '../support/action-page.ts';
import { answer, push, requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { busyBooth, called, calledNow, fullBooth, phaseOf, running, waiting, without } from '../support/sample-snapshots.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const withPage = (run: (page: Page) => Promise<void>, options: { touch?: boolean } = {}) => async (): Promise<void> => {
  const page = await pages.open(running(), { width: 1280, height: 800, ...options });
  await run(page);
  await pages.done(page);
};
const sees = (page: Page, text: string | RegExp): Promise<void> => page.locator('.booth-screen').getByText(text).first().waitFor();
const checkingCall = { operationId: 'op-1', state: 'checking', person: waiting(0), waitingId: null } as const;
const pendingCall: PendingOperation = { operationId: 'op-1', kind: 'call', state: 'checking', person: waiting(0), boothId: 7, waitingId: null, since: Date.now() };

describe('a tap', () => {
  it('is shown pressed before anything is answered', withPage(async (page) => {
    const state = await page.evaluate(async () => {
      const button = document.querySelector<HTMLElement>('[data-testid=call]');
      button?.click();
      // Runs before this very frame is painted.
      await new Promise(requestAnimationFrame);
      return button?.dataset['state'];
    });
    expect(state).toBe('busy');
  }));

  it('asks once, however often the button is clicked', withPage(async (page) => {
    await page.getByTestId('call').dblclick();
    await page.getByTestId('call').click({ force: true });
    await page.getByTestId('enter-501').dblclick();
    await page.getByTestId('complete-301').dblclick();
    // Beyond the time in which two touches count as one, the tap under way still holds.
    await waitOnPage(page, 1_600);
    for (const id of ['call', 'enter-501', 'complete-301']) await page.getByTestId(id).click({ force: true });
    expect((await requests(page)).map((request) => request.payload)).toEqual([{ boothId: 7 }, { waitingId: 501, kind: 'enter' }, { waitingId: 301, kind: 'complete' }]);
  }));

  it('asks once on a double touch, even when the answer is already there', withPage(async (page) => {
    await answer(page, 'booth:call-next', ok({ operationId: 'op-1', state: 'saved', person: waiting(0), waitingId: 900 }));
    // In the page: on a busy machine two touches from outside are seconds apart.
    const word = await page.evaluate(async () => {
      const button = document.querySelector<HTMLElement>('[data-testid=call]');
      const frames = async (isOver: () => boolean): Promise<void> => {
        while (!isOver()) await new Promise(requestAnimationFrame);
      };
      button?.click();
      await frames(() => document.querySelector('[data-testid=outcome-call][data-phase=saved]') !== null);
      button?.click();
      await frames(() => button?.innerText === 'One moment…');
      return button?.innerText;
    });
    expect(word).toBe('One moment…');
    expect(await requests(page)).toHaveLength(1);
    // The outcome of the first touch stays in sight, and the button gets its word back.
    expect(await page.getByTestId('outcome-call').innerText()).toContain('김민지');
    await page.getByTestId('call').getByText('Call next').waitFor();
    await waitOnPage(page, 1_600);
    await page.getByTestId('call').tap();
    expect(await requests(page)).toHaveLength(2);
  }, { touch: true }));

  it('a second touch within a second and a half is one with the first', withPage(async (page) => {
    await answer(page, 'booth:call-next', ok({ operationId: 'op-1', state: 'saved', person: waiting(0), waitingId: 900 }));
    const apartMs = await page.evaluate(async () => {
      const button = document.querySelector<HTMLElement>('[data-testid=call]');
      const first = performance.now();
      button?.click();
      while (performance.now() < first + 1_000) await new Promise(requestAnimationFrame);
      const second = performance.now();
      button?.click();
      return second - first;
    });
    expect(apartMs).toBeLessThan(1_500);
    await page.getByTestId('call').getByText('One moment…').waitFor();
    expect(await requests(page)).toHaveLength(1);
  }));

  it('says that it noticed a touch while the first is under way', withPage(async (page) => {
    await page.getByTestId('call').click();
    await page.getByTestId('call').click({ force: true });
    await page.getByTestId('call').getByText('One moment…').waitFor();
    expect(await requests(page)).toHaveLength(1);
  }));

  it('does not hit the visitor who moves up under the finger', withPage(async (page) => {
    await answer(page, 'visit:act', ok({ operationId: 'op-1', state: 'saved', person: null, waitingId: 300 }));
    const apartMs = await page.evaluate(async (booth) => {
      const button = (id: string) => document.querySelector<HTMLElement>(`[data-testid=${id}]`);
      button('complete-300')?.click();
      const first = performance.now();
      const { snapshot } = window.fakeKiosk;
      window.fakeKiosk.push({ ...snapshot, version: snapshot.version + 1, booth });
      while (button('complete-300') !== null) await new Promise(requestAnimationFrame);
      const second = performance.now();
      button('complete-301')?.click();
      return second - first;
    }, { ...busyBooth, inside: 11, insideList: busyBooth.insideList.slice(1) });
    expect(apartMs).toBeLessThan(600);
    expect(await requests(page)).toHaveLength(1);
  }));

  it('ignores the repeats of a held key', withPage(async (page) => {
    await page.getByTestId('call').focus();
    await page.keyboard.down('Enter');
    await answer(page, 'booth:call-next', ok({ operationId: 'op-1', state: 'saved', person: waiting(0), waitingId: 900 }));
    await page.locator('[data-testid=outcome-call][data-phase=saved]').waitFor();
    // Longer than two touches count as one: only the repeat is left to be ignored.
    await waitOnPage(page, 1_600);
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    expect(await requests(page)).toHaveLength(1);
  }));
});

describe('an outcome', () => {
  it('saved: the row of who was called stands out, nothing is hidden or moves, and it is said aloud', withPage(async (page) => {
    const many = Array.from({ length: 9 }, (_, index) => called(index, 30_000));
    const roomy = { ...busyBooth, capacity: 40 };
    await push(page, { booth: { ...roomy, called: many } });
    await page.getByTestId('call').click();
    await answer(page, 'booth:call-next', ok({ operationId: 'op-1', state: 'saved', person: waiting(0), waitingId: 900 }));
    await push(page, { booth: { ...roomy, called: [...many, calledNow(waiting(0), 900)] } });
    const row = page.getByTestId('called-900');
    const mark = row.getByTestId('just-called');
    await mark.waitFor();
    expect(await page.getByTestId('just-called').count()).toBe(1);
    // The newest call stands last, perhaps out of sight: no list moves by itself under a finger, and the name is at the button, too.
    expect(await page.locator('.column-called .visits').evaluate((list) => list.scrollTop)).toBe(0);
    expect(await page.getByTestId('outcome-call').innerText()).toMatch(/Saved:.*김민지.*#12/);
    expect(await page.getByTestId('outcome-call').evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize))).toBeGreaterThanOrEqual(22);
    const heading = page.locator('.column-called .column-count');
    expect(await heading.evaluate((element) => element.contains(document.elementFromPoint(element.getBoundingClientRect().x + 10, element.getBoundingClientRect().y + 30)))).toBe(true);
    expect(await page.getByRole('status').first().innerText()).toContain('김민지');
    const during = await page.getByTestId('enter-900').boundingBox();
    await mark.waitFor({ state: 'detached', timeout: 9_000 });
    expect(await page.getByTestId('enter-900').boundingBox()).toEqual(during);
  }));

  it('catching up: says saved at first, and more only when it lasts', withPage(async (page) => {
    await page.getByTestId('enter-501').click();
    // Noted as they come: on a busy machine the first is over before anybody outside could look.
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        const phase = document.querySelector<HTMLElement>('[data-testid=outcome-enter]')?.dataset['phase'];
        if (phase !== undefined && seen.at(-1) !== phase) seen.push(phase);
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await answer(page, 'visit:act', ok({ operationId: 'op-2', state: 'catching-up', person: null, waitingId: 501 }));
    await push(page, { pending: [{ operationId: 'op-2', kind: 'enter', state: 'catching-up', person: null, boothId: 7, waitingId: 501, since: Date.now() }] });
    await page.locator('[data-testid=outcome-enter][data-phase=catching-up]').waitFor();
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual(['saved', 'catching-up']);
    await push(page, { pending: [] });
    await page.locator('[data-testid=outcome-enter][data-phase=saved]').waitFor();
  }));

  it.each([['done', 'saved'], ['not-done', 'not-done']] as const)('checking, then the truth: %s', async (outcome, phase) => {
    await withPage(async (page) => {
      await page.getByTestId('call').click();
      await answer(page, 'booth:call-next', ok(checkingCall));
      await page.locator('[data-testid=outcome-call][data-phase=checking]').waitFor();
      // They stand in no list meanwhile.
      expect(await page.getByTestId('outcome-call').innerText()).toContain('김민지');
      await push(page, { pending: [pendingCall] });
      expect(await page.getByTestId('call').getAttribute('aria-disabled')).toBe('true');
      await push(page, { pending: [], settled: [{ operationId: 'op-1', kind: 'call', outcome, person: waiting(0) }] });
      await page.locator(`[data-testid=outcome-call][data-phase=${phase}]`).waitFor();
      expect(await page.getByTestId('call').getAttribute('aria-disabled')).toBe('false');
    })();
  });

  it('checking, then the truth by the lists when no notice comes', withPage(async (page) => {
    await page.getByTestId('call').click();
    await answer(page, 'booth:call-next', ok(checkingCall));
    await page.locator('[data-testid=outcome-call][data-phase=checking]').waitFor();
    await push(page, { pending: [pendingCall] });
    await push(page, { pending: [], booth: { ...busyBooth, called: [...busyBooth.called, { ...called(9, 0), userId: waiting(0).userId }] } });
    await page.locator('[data-testid=outcome-call][data-phase=saved]').waitFor();
  }));

  it('a lost reply with its operation is being checked, not refused', withPage(async (page) => {
    await page.getByTestId('call').click();
    await answer(page, 'booth:call-next', fail('OUTCOME_UNKNOWN', 'No reply.', { operationId: 'op-1' }));
    await page.locator('[data-testid=outcome-call][data-phase=checking]').waitFor();
  }));

  it('shows what an earlier life of the screen left open', withPage(async (page) => {
    await push(page, { pending: [pendingCall] });
    await page.locator('[data-testid=outcome-call][data-phase=checking]').waitFor();
  }));

  it('every kind an earlier life of the screen left open is taken up again, and its end is told', withPage(async (page) => {
    const kinds: readonly OperationKind[] = ['leave', 'cancel', 'hold', 'recall', 'put-back', 'undo-call', 'undo-no-show', 'undo-cancel', 'undo-complete', 'admit', 'requeue'];
    const words = ['Leaving the queue', 'Cancellation', 'More time', 'Calling again', 'Back to the queue', 'Call undone', 'No-show undone', 'Cancellation undone', 'Completion undone', 'Late entrance', 'Queued again'];
    for (const [index, kind] of kinds.entries()) {
      const told = { operationId: kind, kind, person: waiting(0) };
      await push(page, { pending: [{ ...told, state: 'checking', boothId: 7, waitingId: kind === 'leave' ? null : 700 + index, since: Date.now() }], settled: [] });
      const said = page.getByRole('status').first();
      await said.getByText(words[index] ?? '').waitFor({ state: 'attached' });
      expect(await said.innerText()).toContain('김민지');
      await push(page, { pending: [], settled: [{ ...told, outcome: 'not-done' }] });
      await page.getByRole('alert').getByText(words[index] ?? '').waitFor({ state: 'attached' });
    }
    await page.getByTestId('call').click();
    expect(await requests(page)).toHaveLength(1);
  }));

  it.each([
    ['QUEUE_UNVERIFIED', 'The queue server has just come back and its queue is being checked. Tap again in a moment.', '대기열 서버가 방금 돌아와 대기열을 확인하고 있습니다. 잠시 뒤 다시 눌러 주세요.'],
    ['NOT_IN_QUEUE', 'This visitor does not wait here (any more). Please check the list.', '이 부스에서 기다리는 방문자가 아닙니다. 목록을 확인해 주세요.'],
    ['TOO_LATE', 'That ended more than 30 minutes ago. Please add the visitor again.', '30분이 지나 되돌릴 수 없습니다. 방문자를 다시 추가해 주세요.'],
  ] as const)('refused with %s: in both languages', async (code, english, korean) => {
    await withPage(async (page) => {
      await page.getByTestId('call').click();
      await answer(page, 'booth:call-next', fail(code, 'no'));
      await sees(page, `Nobody was called. ${english}`);
      await push(page, { language: 'ko' });
      await sees(page, `호출되지 않았습니다. ${korean}`);
    })();
  });

  it('refused: says why and what to do, and says it at once to screen readers', withPage(async (page) => {
    await page.getByTestId('call').click();
    await answer(page, 'booth:call-next', fail('BOOTH_FULL', 'full', { inside: 18, called: 2, capacity: 20 }));
    await sees(page, 'Nobody was called. Full: 18 inside and 2 called, of 20. Complete a visit first.');
    expect(await page.getByRole('alert').innerText()).toContain('Complete a visit first');
    await push(page, { language: 'ko' });
    await sees(page, '호출되지 않았습니다. 정원 20명이 찼습니다: 이용\u00a0중\u00a018\u00a0+\u00a0호출\u00a02. 나가는 방문자를 ‘완료’해 주세요.');
  }));

  it('refused: takes the mark off the visitor called before, and is answered at the button even when the button says why', withPage(async (page) => {
    await page.getByTestId('call').click();
    await answer(page, 'booth:call-next', ok({ operationId: 'op-1', state: 'saved', person: called(2, 0), waitingId: 502 }));
    await page.getByTestId('just-called').waitFor();
    await waitOnPage(page, 1_600);
    await page.getByTestId('call').click();
    await answer(page, 'booth:call-next', fail('QUEUE_STORE_UNREACHABLE', 'down'));
    const outcome = page.locator('[data-testid=outcome-call][data-phase=refused]');
    await outcome.waitFor();
    expect(await page.getByTestId('just-called').count()).toBe(0);
    await push(page, { stores: without('queue') });
    await page.getByTestId('call-reason').getByText('Waiting for Redis to come back.').waitFor();
    expect(await outcome.innerText()).toBe('Nobody was called.');
    await outcome.waitFor({ state: 'detached' });
  }));

  it('catching up goes on as long as the count differs, whatever the clock says', withPage(async (page) => {
    await push(page, { stores: without('queue'), booth: { ...busyBooth, inside: 13, current: null } });
    await page.getByTestId('enter-501').click();
    await answer(page, 'visit:act', ok({ operationId: 'op-2', state: 'catching-up', person: null, waitingId: 501 }));
    const amber = page.locator('[data-testid=outcome-enter][data-phase=catching-up]');
    await amber.waitFor();
    // Longer than an operation may go unmentioned.
    await waitOnPage(page, 5_300);
    await push(page, { stores: running().stores });
    await push(page, { booth: { ...busyBooth, inside: 13, current: 12 } });
    expect(await amber.count()).toBe(1);
    await push(page, { booth: { ...busyBooth, inside: 13, current: 13 } });
    await page.locator('[data-testid=outcome-enter][data-phase=saved]').waitFor();
  }));
});

describe('the main button', () => {
  it('says why it rests', withPage(async (page) => {
    const reason = page.getByTestId('call-reason');
    await push(page, { booth: fullBooth });
    expect(await reason.innerText()).toBe('Full: 17 inside and 3\u00a0called, of\u00a020. Complete a visit first.');
    await push(page, { booth: { ...busyBooth, waiting: [], waitingTotal: 0 } });
    expect(await reason.innerText()).toBe('Nobody is waiting.');
    await push(page, { booth: { ...busyBooth, phase: phaseOf('closed') } });
    expect(await reason.innerText()).toBe('The booth is closed. To open it, tap “Closed” at the top.');
    await page.getByTestId('call').click({ force: true });
    expect(await requests(page)).toEqual([]);
  }));

  it('is reached and used by keyboard alone', withPage(async (page) => {
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))) === 'call') break;
    }
    await page.keyboard.press('Enter');
    expect((await requests(page)).map((request) => request.channel)).toEqual(['booth:call-next']);
  }));
});
