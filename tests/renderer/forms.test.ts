/** First start and adding a visitor: what is typed, tried, refused and sent. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JoinAnswer } from '../../shared/channels.ts';
import { fail, ok } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { answer, push, requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { running, setup } from '../support/sample-snapshots.ts';
import { typeByHand } from '../support/scanner-keys.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const show = (snapshot: Snapshot, run: (page: Page) => Promise<void>) => async (): Promise<void> => {
  const page = await pages.open(snapshot);
  await run(page);
  await pages.done(page);
};
const joined = (changes: Partial<JoinAnswer> = {}): JoinAnswer => ({
  operationId: 'j', state: 'saved', person: { userId: 77, name: '김하늘', number: 70 }, waitingId: null, position: 22, waitingTotal: 22, estimatedWaitMinutes: 18, alreadyQueued: false, ...changes,
});

describe('the first start', () => {
  it('try it here: one tap, in the language chosen', show(setup(), async (page) => {
    await page.getByRole('button', { name: '한국어' }).click();
    await page.getByTestId('try-here').click();
    await page.getByTestId('try-here').click({ force: true });
    expect(await requests(page)).toEqual([{ channel: 'setup:try-here', payload: { language: 'ko' } }]);
  }));

  it('try it here: says when another kiosk holds the stores', show(setup(), async (page) => {
    await page.getByTestId('try-here').click();
    await answer(page, 'setup:try-here', fail('STORE_HELD', 'held'));
    await page.getByText('Another kiosk is already running on this machine.').waitFor();
  }));

  it('connect: test both, choose the booth, start', show(setup(), async (page) => {
    await page.getByTestId('connect').click();
    const submit = page.getByTestId('connect-submit');
    expect(await submit.getAttribute('aria-disabled')).toBe('true');
    await page.getByTestId('url-queue').fill(' redis://q ');
    await page.getByTestId('test-queue').click();
    await answer(page, 'setup:try-store', ok({ server: 'Redis 7.0.15', schema: 'ready', booths: [] }));
    await page.getByText('Connected to Redis 7.0.15.').waitFor();
    await page.getByTestId('url-ledger').fill('mysql://k@l');
    await page.getByTestId('password-ledger').fill('s3cret');
    await page.getByTestId('test-ledger').click();
    await answer(page, 'setup:try-store', ok({ server: 'MySQL 9.7.0', schema: 'ready', booths: [{ id: 7, name: '치킨 부스' }, { id: 8, name: '타로' }] }));
    await page.getByTestId('booth').selectOption('8');
    await page.getByTestId('kiosk-name').fill('tarot-1');
    await submit.click();
    expect((await requests(page)).at(-1)).toEqual({ channel: 'setup:connect', payload: { redisUrl: 'redis://q', mysqlUrl: 'mysql://k:s3cret@l', boothId: 8, kioskId: 'tarot-1', language: 'en' } });
    await answer(page, 'setup:connect', fail('SETTINGS_INVALID', 'The kiosk name may hold letters, digits and dashes.'));
    await page.getByText('The kiosk name may hold letters').waitFor();
  }));

  it('connect: a password is never in clear on the screen, and sent as it was typed', show(setup(), async (page) => {
    await page.getByTestId('connect').click();
    await page.getByTestId('url-ledger').fill('mysql://kiosk:s3cret@host:3306/festival');
    expect(await page.getByTestId('url-ledger').inputValue()).toBe('mysql://kiosk@host:3306/festival');
    expect(await page.getByTestId('password-ledger').getAttribute('type')).toBe('password');
    expect(await page.getByTestId('password-ledger').inputValue()).toBe('s3cret');
    await page.getByTestId('password-ledger').fill('p@ss/word');
    await page.getByTestId('test-ledger').click();
    await answer(page, 'setup:try-store', ok({ server: 'MySQL 9.7.0', schema: 'ready', booths: [{ id: 7, name: '치킨 부스' }] }));
    await page.getByText('Connected to MySQL 9.7.0.').waitFor();
    expect(await requests(page)).toEqual([{ channel: 'setup:try-store', payload: { store: 'ledger', url: 'mysql://kiosk:p%40ss%2Fword@host:3306/festival' } }]);
    await page.getByTestId('password-ledger').fill('other');
    await page.getByText('Connected to').waitFor({ state: 'detached' });
  }));

  it('connect: names the problem, and forgets a test when the address changes', show(setup(), async (page) => {
    await page.getByTestId('connect').click();
    await page.getByTestId('url-ledger').fill('mysql://l');
    await page.getByTestId('test-ledger').click();
    await answer(page, 'setup:try-store', fail('LEDGER_UNREACHABLE', 'connect ECONNREFUSED 10.0.0.5:3306'));
    const result = page.getByTestId('trial-ledger');
    await result.getByText('No MySQL answers at this address. Check host, port and firewall.').waitFor();
    expect(await result.innerText()).toContain('ECONNREFUSED');
    await page.getByTestId('url-ledger').fill('mysql://other');
    await result.getByText('ECONNREFUSED').waitFor({ state: 'detached' });
  }));

  it('connect: an answer about an address changed meanwhile does not count', show(setup(), async (page) => {
    await page.getByTestId('connect').click();
    await page.getByTestId('url-queue').fill('redis://a');
    await page.getByTestId('test-queue').click();
    await page.getByTestId('url-queue').fill('redis://b');
    await answer(page, 'setup:try-store', ok({ server: 'Redis 7.0.15', schema: 'ready', booths: [] }));
    await page.locator('[data-testid=test-queue][data-state=ready]').waitFor();
    expect(await page.getByText('Connected to').count()).toBe(0);
  }));

  it.each([
    ['ledger', [
      [fail('LEDGER_UNFIT', 'The ledger at h:3306 cannot serve: user name or password were refused (error 1045).'), 'User name or password is wrong.'],
      [fail('LEDGER_UNFIT', 'The ledger at h:3306 cannot serve: no such database (error 1049).'), 'The database does not exist: check the name at the end of the address.'],
      [fail('LEDGER_UNREACHABLE', 'The ledger at h:3306 cannot be reached (ENOTFOUND).'), 'No server of this name: check the spelling.'],
      [fail('SETTINGS_INVALID', 'The address must name the database: mysql://host:3306/festival.'), 'The address must begin with mysql:// and end in the database name'],
      [fail('LEDGER_UNFIT', 'The ledger at h:3306 cannot serve: its account may not change tables.'), 'an administrator has to run “ops migrate”'],
      [fail('LEDGER_UNFIT', "The ledger at h:3306 cannot serve: the server's disk is full (error 1021)."), 'The server is full'],
      [fail('LEDGER_UNFIT', 'The ledger at h:3306 cannot serve: a table is full, or the disk it is on (error 1114).'), 'The server is full'],
    ]],
    ['queue', [
      [fail('QUEUE_STORE_UNFIT', 'The queue store at h:6379 refuses: WRONGPASS invalid username-password pair or user is disabled.'), 'User name or password is wrong.'],
      [fail('QUEUE_STORE_UNFIT', 'The queue store at h:6379 refuses: NOAUTH Authentication required.'), 'This server needs a password.'],
      [fail('QUEUE_STORE_UNFIT', 'The queue store at h:6379 refuses: OOM command not allowed when used memory > maxmemory.'), 'The server is full'],
      [fail('QUEUE_STORE_UNREACHABLE', 'The queue store at h:6379 cannot be reached: there is no host of that name'), 'No server of this name: check the spelling.'],
      [fail('SETTINGS_INVALID', 'The address must be an address like redis://user:password@host:port.'), 'The address must begin with redis:// or rediss://'],
    ]],
  ] as const)('connect: what keeps the %s away is said as what to correct', async (store, failures) => {
    await show(setup(), async (page) => {
      await page.getByTestId('connect').click();
      for (const [index, [failure, words]] of failures.entries()) {
        await page.getByTestId(`url-${store}`).fill(`h${index}`);
        await page.getByTestId(`test-${store}`).click();
        await answer(page, 'setup:try-store', failure);
        const said = page.getByTestId(`trial-${store}`).getByText(words);
        await said.waitFor();
        // The next address is another question, though its answer may be the same.
        await page.getByTestId(`url-${store}`).fill('another');
        await said.waitFor({ state: 'detached' });
      }
    })();
  });

  it('connect: begins in the first field, and Escape goes back', show(setup(), async (page) => {
    await page.getByTestId('connect').click();
    await page.locator('[data-testid=url-queue]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('try-here').waitFor();
  }));

  it('connect: the only booth is chosen already', show(setup(), async (page) => {
    await page.getByTestId('connect').click();
    await page.getByTestId('booth').filter({ hasText: 'Test MySQL first' }).waitFor();
    await page.getByTestId('url-ledger').fill('mysql://l/f');
    await page.getByTestId('test-ledger').click();
    await answer(page, 'setup:try-store', ok({ server: 'MySQL 9.7.0', schema: 'ready', booths: [{ id: 7, name: '치킨 부스' }] }));
    await page.getByText('Connected to MySQL 9.7.0.').waitFor();
    await expect.poll(() => page.getByTestId('booth').inputValue()).toBe('7');
  }));

  it('connect: a history that is not prepared is said to be so, with its booths; connecting names who may', show(setup(), async (page) => {
    await page.getByTestId('connect').click();
    for (const [store, url] of [['queue', 'redis://q'], ['ledger', 'mysql://l']] as const) {
      await page.getByTestId(`url-${store}`).fill(url);
      await page.getByTestId(`test-${store}`).click();
      await answer(page, 'setup:try-store', ok({ server: 'X 1', schema: store === 'queue' ? 'ready' : 'behind', booths: store === 'queue' ? [] : [{ id: 7, name: '치킨 부스' }] }));
    }
    await page.getByTestId('trial-ledger').getByText('connecting adds columns and tables named kiosk_').waitFor();
    expect(await page.getByTestId('trial-ledger').innerText()).not.toContain('no booths');
    expect(await page.getByTestId('trial-queue').innerText()).not.toContain('kiosk_');
    await page.getByTestId('kiosk-name').fill('k');
    await page.getByTestId('connect-submit').click();
    await answer(page, 'setup:connect', fail('LEDGER_UNFIT', 'The ledger cannot serve: the database is at version 0, this kiosk needs version 3, and this account may not change tables (error 1142): an administrator has to run "ops migrate".'));
    await page.getByText('This user may not change the database').waitFor();
  }));

  it('connect: an empty history gets its tables, and the booth its number', show(setup(), async (page) => {
    await page.getByTestId('connect').click();
    await page.getByTestId('url-ledger').fill('mysql://l');
    await page.getByTestId('test-ledger').click();
    await answer(page, 'setup:try-store', ok({ server: 'MySQL 9.7.0', schema: 'empty', booths: [] }));
    await page.getByText('connecting creates them').waitFor();
    await page.getByTestId('booth-number').fill('12');
  }));
});

describe('adding a visitor', () => {
  it('by keyboard: name, Enter, a large number, and the next one at once', show(running(), async (page) => {
    await page.getByTestId('add').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('name').waitFor();
    await typeByHand(page, '  Hana  ');
    expect(await requests(page)).toEqual([{ channel: 'booth:add-visitor', payload: { boothId: 7, name: 'Hana' } }]);
    await answer(page, 'booth:add-visitor', ok(joined()));
    const result = page.getByTestId('joined');
    await result.waitFor();
    expect(await result.innerText()).toMatch(/70[\s\S]*22nd[\s\S]*about 18 min/);
    expect(await result.locator('.joined-number').evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize))).toBeGreaterThanOrEqual(96);
    await page.keyboard.press('Enter');
    await page.getByTestId('name').waitFor();
    expect(await page.getByTestId('name').inputValue()).toBe('');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('name');
  }));

  it.each([
    ['   ', 'Please enter a name.'],
    ['a'.repeat(51), 'This name has 51 characters. 50 are possible.'],
    ['a\u202eb', 'This name contains characters that cannot be used.'],
  ])('refuses %j and says why', async (name, complaint) => {
    await show(running(), async (page) => {
      await page.getByTestId('add').click();
      await page.getByTestId('name').fill(name);
      await page.getByTestId('add-submit').click();
      await page.getByText(complaint).waitFor();
      expect(await requests(page)).toEqual([]);
    })();
  });

  it('counts characters as people do: 50 of any script', show(running(), async (page) => {
    await page.getByTestId('add').click();
    await page.getByTestId('name').fill('𠮷'.repeat(50));
    await page.getByTestId('add-submit').click();
    expect(await requests(page)).toHaveLength(1);
  }));

  it('a refusal keeps the name for another try', show(running(), async (page) => {
    await page.getByTestId('add').click();
    await page.getByTestId('name').fill('Hana');
    await page.getByTestId('add-submit').click();
    await answer(page, 'booth:add-visitor', fail('QUEUE_STORE_UNREACHABLE', 'down'));
    await page.getByTestId('outcome-join').getByText('The queue server (Redis) cannot be reached.').waitFor();
    expect(await page.getByTestId('name').inputValue()).toBe('Hana');
  }));

  it('checking, then the number when it is known', show(running(), async (page) => {
    await page.getByTestId('add').click();
    await page.getByTestId('name').fill('Hana');
    await page.getByTestId('add-submit').click();
    await answer(page, 'booth:add-visitor', ok(joined({ state: 'checking', position: null, waitingTotal: null, estimatedWaitMinutes: null })));
    await page.locator('[data-testid=outcome-join][data-phase=checking]').waitFor();
    await push(page, { settled: [{ operationId: 'j', kind: 'join', outcome: 'done', person: { userId: 77, name: 'Hana', number: 71 } }] });
    await page.getByTestId('joined').getByText('71').waitFor();
  }));
});
