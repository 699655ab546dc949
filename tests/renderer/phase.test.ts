/** The booth's status on screen: what it is, what can be made of it, one question where people wait, and the words of what it stops. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, ok } from '../../shared/errors.ts';
import type { PhaseView } from '../../shared/snapshot.ts';
import { settle } from '../support/action-page.ts';
import { answer, push, requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { busyBooth, emptyBooth, NOW, phaseOf, running, without } from '../support/sample-snapshots.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const inPhase = (phase: PhaseView, booth = busyBooth) => running({ booth: { ...booth, phase } });
const opened = async (snapshot = running()): Promise<Page> => {
  const page = await pages.open(snapshot);
  await page.getByTestId('phase').click();
  await page.getByRole('dialog').waitFor();
  await settle(page);
  return page;
};
const choices = async (page: Page): Promise<readonly (string | null)[]> => page.locator('.phase-choice[data-change]').evaluateAll((buttons) => buttons.map((button) => button.getAttribute('data-change')));
const sent = async (page: Page) => (await requests(page)).map(({ channel, payload }) => [channel, payload]);

describe('what can be made of a booth', () => {
  it.each([
    [phaseOf('open'), 'Open', ['last-call', 'pause', 'close']],
    [phaseOf('last-call', { lastCall: true, since: NOW }), 'Last call', ['open', 'pause', 'close']],
    [phaseOf('paused', { reason: 'break', since: NOW }), 'Calls paused', ['resume', 'last-call', 'close']],
    [phaseOf('paused', { reason: 'break', since: NOW, lastCall: true }), 'Calls paused', ['resume', 'open', 'close']],
    [phaseOf('closed'), 'Closed', ['open', 'close']],
  ] as const)('%j: the word %s, and %j', async (phase, word, expected) => {
    const page = await opened(inPhase(phase));
    expect(await page.getByTestId('phase').innerText()).toBe(word);
    expect(await choices(page)).toEqual(expected);
    await pages.done(page);
  });

  it('a closed booth where nobody waits can only be opened', async () => {
    const page = await opened(inPhase(phaseOf('closed'), emptyBooth));
    expect(await choices(page)).toEqual(['open']);
    await pages.done(page);
  });

  it('the second touch of a double tap neither chooses nor confirms', async () => {
    const page = await pages.open(running());
    const at = (css: string) => `document.querySelector('${css}')`;
    const appears = (css: string) => `while (${at(css)} === null) await new Promise(requestAnimationFrame);`;
    await page.getByTestId('phase').waitFor();
    await page.evaluate(`(async () => { ${at('[data-testid=phase]')}.click(); ${appears('[data-testid=phase-last-call]')} ${at('[data-testid=phase-last-call]')}.click(); })()`);
    await settle(page);
    await page.evaluate(`(async () => { ${at('[data-testid=phase-close]')}.click(); ${appears('.phase-proposals button')} ${at('.phase-proposals button')}.click(); ${at('[data-testid=reason-confirm]')}.click(); })()`);
    await settle(page);
    expect(await requests(page)).toEqual([]);
    await pages.done(page);
  });

  it('is asked for by one tap, held while it is under way, and left when it is saved', async () => {
    const page = await opened();
    await page.getByTestId('phase-last-call').click();
    expect(await page.getByTestId('phase-last-call').getAttribute('data-state')).toBe('busy');
    await page.getByTestId('phase-last-call').click({ force: true });
    expect(await sent(page)).toEqual([['booth:set-status', { boothId: busyBooth.id, change: 'last-call', reason: null }]]);
    await answer(page, 'booth:set-status', ok({ state: 'saved', waiting: 0 }));
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('phase');
    await pages.done(page);
  });

  it('a pause asks why: by one tap on a proposal, or in words; an empty reason is not sent', async () => {
    const page = await opened();
    await page.getByTestId('phase-pause').click();
    await settle(page);
    await page.getByTestId('reason-confirm').click();
    await page.getByText('Choose or write a reason.').waitFor();
    await page.getByTestId('reason').fill('  ');
    await page.getByTestId('reason-confirm').click();
    expect(await requests(page)).toEqual([]);
    await page.getByRole('button', { name: 'Break' }).click();
    expect(await page.getByTestId('reason').inputValue()).toBe('Break');
    await page.getByTestId('reason').fill('x'.repeat(201));
    await page.getByText('At most 200 characters.').waitFor();
    await page.getByTestId('reason').fill(' 가스가 떨어져서 ');
    await page.getByTestId('reason-confirm').click();
    expect(await sent(page)).toEqual([['booth:set-status', { boothId: busyBooth.id, change: 'pause', reason: '가스가 떨어져서' }]]);
    await pages.done(page);
  });

  it('closing asks once, with the number of people; back changes nothing', async () => {
    const page = await opened();
    await page.getByTestId('phase-close').click();
    await page.getByText(`${busyBooth.waitingTotal} people are waiting. Closing sends them away`).waitFor();
    await page.getByTestId('reason-back').click();
    expect(await requests(page)).toEqual([]);
    await settle(page);
    await page.getByTestId('phase-close').click();
    await settle(page);
    await page.getByRole('button', { name: 'Sold out' }).click();
    await page.getByRole('button', { name: `Tell ${busyBooth.waitingTotal} and close` }).click();
    expect(await sent(page)).toEqual([['booth:set-status', { boothId: busyBooth.id, change: 'close', reason: 'Sold out' }]]);
    await pages.done(page);
  });

  it('closed: offers the report of the day, which nobody has to look at, and again as long as it is closed', async () => {
    const page = await opened(running({ booth: emptyBooth }));
    await page.getByTestId('phase-close').click();
    await answer(page, 'booth:set-status', ok({ state: 'saved', waiting: 0 }));
    await page.getByRole('dialog', { name: 'The booth is closed' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('phase-report');
    expect(await choices(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await push(page, { booth: { ...emptyBooth, phase: phaseOf('closed') } });
    await page.getByTestId('phase').click();
    await settle(page);
    await page.getByTestId('phase-report').click();
    await page.getByRole('dialog', { name: 'Report of the day' }).waitFor();
    expect((await requests(page)).map(({ channel }) => channel)).toEqual(['booth:set-status', 'report:read']);
    await pages.done(page);
  });

  it('closing without anybody waiting asks nothing, unless somebody came meanwhile', async () => {
    const page = await opened(running({ booth: emptyBooth }));
    await page.getByTestId('phase-close').click();
    expect(await sent(page)).toEqual([['booth:set-status', { boothId: emptyBooth.id, change: 'close', reason: null }]]);
    await push(page, { booth: { ...emptyBooth, waitingTotal: 1 } });
    await answer(page, 'booth:set-status', fail('PEOPLE_WAITING', 'people wait', { waiting: 1 }));
    await page.getByText('One person is waiting.').waitFor();
    await pages.done(page);
  });

  it('a failure is said in the sheet, which stays; a lost reply does not pass for one', async () => {
    const page = await opened();
    for (const [code, words] of [['LEDGER_UNREACHABLE', 'cannot be reached'], ['OUTCOME_UNKNOWN', 'What stands above is true']] as const) {
      await page.getByTestId('phase-last-call').click();
      await answer(page, 'booth:set-status', fail(code, 'x'));
      await page.getByRole('alert').filter({ hasText: words }).waitFor();
    }
    await pages.done(page);
  });

  it('nothing while the history is away, and that is said', async () => {
    const page = await opened(running({ stores: without('ledger') }));
    expect(await page.getByTestId('phase-close').getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('dialog').getByText('Waiting for MariaDB').waitFor();
    await page.getByTestId('phase-last-call').click({ force: true });
    expect(await requests(page)).toEqual([]);
    await pages.done(page);
  });

  it('by keyboard alone', async () => {
    const page = await pages.open(running());
    await page.getByTestId('phase').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Change the booth’s status' }).waitFor();
    await settle(page);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-change'))).toBe('last-call');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Pause calls?' }).waitFor();
    await settle(page);
    await page.getByTestId('reason').focus();
    // As people type; what comes faster is a scanner's.
    await page.keyboard.type('break', { delay: 150 });
    await page.keyboard.press('Enter');
    expect(await sent(page)).toEqual([['booth:set-status', { boothId: busyBooth.id, change: 'pause', reason: 'break' }]]);
    await pages.done(page);
  });
});

describe('what it stops is said where people tap', () => {
  it.each([
    [phaseOf('paused', { reason: 'no gas', since: NOW }), 'To resume, tap “Calls paused” at the top. (Paused: \u2068no gas\u2069)', 'Add visitor', 'ready'],
    [phaseOf('closed'), 'The booth is closed. To open it, tap “Closed” at the top.', 'Queue closed', 'blocked'],
    [phaseOf('closed', { dismissing: true }), `Closing: ${busyBooth.waitingTotal} who waited are being told.`, 'Queue closed', 'blocked'],
    [phaseOf('last-call', { lastCall: true }), null, 'Queue closed', 'blocked'],
  ] as const)('%j', async (phase, reason, adding, state) => {
    const page = await pages.open(inPhase(phase));
    if (reason === null) expect(await page.getByTestId('call-reason').count()).toBe(0);
    else expect(await page.getByTestId('call-reason').innerText()).toBe(reason);
    expect([await page.getByTestId('add').innerText(), await page.getByTestId('add').getAttribute('data-state')]).toEqual([adding, state]);
    await pages.done(page);
  });

  it('nobody is asked to add somebody where nobody can be added', async () => {
    const page = await pages.open(inPhase(phaseOf('last-call', { lastCall: true }), emptyBooth));
    await page.getByText('Nobody is waiting').first().waitFor();
    expect(await page.locator('.empty-hint').count()).toBe(0);
    await push(page, { booth: emptyBooth });
    await page.locator('.empty-hint').waitFor();
    await pages.done(page);
  });

  it('a call refused because another kiosk paused meanwhile', async () => {
    const page = await pages.open(running());
    await page.getByTestId('call').click();
    await answer(page, 'booth:call-next', fail('BOOTH_PAUSED', 'paused', { reason: 'no gas' }));
    await page.getByTestId('outcome-call').getByText('Nobody was called. Calling is paused.').waitFor();
    await push(page, { booth: { ...busyBooth, phase: phaseOf('paused', { reason: 'no gas', since: NOW }) } });
    await page.getByTestId('call-reason').waitFor();
    await pages.done(page);
  });
});

it.each([{ width: 1280, height: 800 }, { width: 1024, height: 600 }])('the longest reason leaves the call button whole, and every target large, on $width×$height', async (screen) => {
  const page = await pages.open(inPhase(phaseOf('paused', { reason: 'gas bottle of the student council '.repeat(6).slice(0, 200), since: NOW })), screen);
  const [call, add, phase] = await Promise.all(['call', 'add', 'phase'].map((id) => page.getByTestId(id).boundingBox()));
  expect((add?.y ?? Infinity) + (add?.height ?? 0)).toBeLessThanOrEqual(screen.height);
  expect((call?.y ?? 0) + (call?.height ?? 0)).toBeLessThanOrEqual(add?.y ?? 0);
  expect(phase?.height).toBeGreaterThanOrEqual(48);
  await page.getByTestId('phase').click();
  for (const box of await page.locator('.phase-choice').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON() as { height: number; bottom: number }))) {
    expect(box.height).toBeGreaterThanOrEqual(88);
  }
  await pages.done(page);
});

it('nothing on these screens broke the content security policy or wrote to the console', () => {
  expect(pages.complaints).toEqual([]);
});
