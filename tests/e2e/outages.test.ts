/**
 * Goal: a store that stops while people tap leaves two screens that tell the truth in words: at the tap, in the banner (what goes on, what
 * waits, what is under way and for how long), in lists that stay readable with their age; and what became of each tap once it is back.
 * Method: the built program twice, one Korean, each with its own way to one Redis and one MariaDB; a message or an answer is held back there
 * while somebody taps, then the server is killed, and started again.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { settle } from '../support/action-page.ts';
import { type FaultProxy, startProxy } from '../support/fault-proxy.ts';
import { type LaunchedKiosk, launchKiosk } from '../support/launch-kiosk.ts';
import { type RealFestival, startFestival } from '../support/real-festival.ts';

const LANGUAGES = ['en', 'ko'] as const;
let festival: RealFestival;
let toRedis: readonly FaultProxy[] = [];
let toMariadb: readonly FaultProxy[] = [];
let kiosks: readonly LaunchedKiosk[] = [];
let english: Page;
let korean: Page;

beforeAll(async () => {
  festival = await startFestival({ visitors: 7, capacity: 6 });
  toRedis = await Promise.all(LANGUAGES.map(() => startProxy(festival.redis.port)));
  toMariadb = await Promise.all(LANGUAGES.map(() => startProxy(festival.mariadb.port)));
  kiosks = await Promise.all(
    LANGUAGES.map((language, index) =>
      launchKiosk({
        env: {
          KIOSK_REDIS_URL: `redis://127.0.0.1:${toRedis[index]?.port}`,
          KIOSK_MYSQL_URL: festival.mysqlUrlAt(toMariadb[index]?.port ?? 0),
          KIOSK_BOOTH_ID: '1',
          KIOSK_LANGUAGE: language,
          KIOSK_ID: `kiosk-${language}`,
        },
      }),
    ),
  );
  const pages = await Promise.all(kiosks.map((kiosk) => kiosk.page()));
  for (const page of pages) page.setDefaultTimeout(20_000);
  [english, korean] = pages as [Page, Page];
});
afterAll(async () => {
  await Promise.all(kiosks.map((kiosk) => kiosk.close()));
  await Promise.all([...toRedis, ...toMariadb].map((proxy) => proxy.close()));
  await festival?.close();
});

const column = (page: Page, name: 'waiting' | 'called' | 'inside') => page.locator(`.column-${name}`);
const outcome = (page: Page, kind: string) => page.getByTestId(`outcome-${kind}`);
const ready = (page: Page, id: string) => page.locator(`[data-testid=${id}][data-state=ready]`);
const says = (page: Page, id: string, words: string | RegExp) => expect.poll(() => page.getByTestId(id).innerText(), { timeout: 20_000 }).toMatch(words);
const waitingIds = async (page: Page): Promise<readonly number[]> => {
  const answer = await page.evaluate(() => window.kiosk.request('snapshot:get', null));
  return answer.ok ? (answer.value.booth?.waiting.map(({ userId }) => userId) ?? []) : [];
};

/** Something happens at the first message that holds `text`. */
const atMessage = (proxy: FaultProxy | undefined, text: string, act: (proxy: FaultProxy) => 'drop-replies' | void): void => {
  if (proxy === undefined) throw new Error('no proxy');
  proxy.onClientData = (chunk) => {
    if (!chunk.includes(text)) return undefined;
    proxy.onClientData = null;
    return act(proxy);
  };
};

async function call(page: Page): Promise<{ readonly userId: number; readonly id: number }> {
  const [userId = 0] = await festival.queue();
  await ready(page, 'call').click();
  await column(page, 'called').getByText(`방문자 ${userId}`, { exact: true }).waitFor();
  await expect.poll(async () => (await festival.judge()).locks).toEqual([]);
  return { userId, id: Number((await festival.visits()).at(-1)?.['id']) };
}

it('Redis stops during a call: nobody is called, entrances go on, and the count is right afterwards', { timeout: 90_000 }, async () => {
  const { userId, id } = await call(korean);
  const order = await festival.queue();
  const [next = 0] = order;
  atMessage(toRedis[0], 'temp:calling:', (proxy) => proxy.setMode('hold'));
  await ready(english, 'call').click();
  await outcome(english, 'call').getByText('Calling…').waitFor();
  // The answer is slow, and whoever taps again is heard, but not twice.
  await Promise.all([english.getByTestId('call').getByText('One moment…').waitFor(), english.getByTestId('call').click({ force: true })]);
  await festival.client.save();
  await festival.redis.kill();
  toRedis[0]?.setMode('pass');

  await says(english, 'outcome-call', /^Nobody was called\./);
  await says(english, 'banner', /The festival’s server \(Redis\) has been unreachable since \d\d:\d\d\s+Entered and Complete keep working\. Calling and adding wait until it is back\./);
  await says(korean, 'banner', /\d\d:\d\d부터 축제 서버\(Redis\)에 연결되지 않습니다\s+입장 확인과 완료는 계속할 수 있습니다\. 호출과 추가는 연결되면 다시 됩니다\./);
  await says(english, 'call-reason', 'Waiting for Redis to come back.');
  await says(korean, 'call-reason', 'Redis 연결을 기다리는 중입니다.');
  expect(await english.getByTestId('add').getAttribute('data-state')).toBe('blocked');

  await ready(korean, `enter-${id}`).click();
  await says(korean, 'outcome-enter', /저장됨, 인원수 반영 중 · .*방문자 \d+.* 입장/);
  await column(english, 'inside').getByText(`방문자 ${userId}`, { exact: true }).waitFor();
  expect(await festival.sql(`SELECT status FROM waiting WHERE id = ${id}`)).toMatchObject([{ status: 'ENTERED' }]);
  await says(korean, 'banner', /처리 중인 작업 1건\(\d+초째\)\. 계속되면 담당자에게 알려 주세요\./);

  await column(english, 'waiting').getByText(/^as of \d\d:\d\d$/).waitFor();
  await column(korean, 'waiting').getByText(/^\d\d:\d\d 기준$/).waitFor();
  for (const page of [english, korean]) {
    expect(await waitingIds(page)).toEqual(order);
    await page.getByTestId('next').getByText(`방문자 ${next}`, { exact: true }).waitFor();
  }

  await festival.redis.start();
  await says(english, 'reconnected', 'Connected again.');
  for (const page of [english, korean]) await page.getByTestId('banner').waitFor({ state: 'detached' });
  await says(korean, 'outcome-enter', /저장됨 · .*방문자 \d+.* 입장$/);
  await expect.poll(() => festival.client.get('booth:1:current'), { timeout: 20_000 }).toBe('1');
  expect(await festival.queue()).toEqual(order);
  expect(await festival.judge()).toMatchObject({ lost: [], twice: [], current: 1, inside: 1 });
  expect((await call(english)).userId).toBe(next);
});

it('MariaDB stops during a call that did not arrive and an entrance that did: both are looked up, and told as they were', { timeout: 90_000 }, async () => {
  const [called] = (await festival.visits()).filter(({ status }) => status === 'CALLED');
  const order = await festival.queue();
  const [next = 0] = order;
  atMessage(toMariadb[0], 'INSERT INTO waiting', (proxy) => proxy.setMode('hold'));
  atMessage(toMariadb[1], 'UPDATE waiting', (proxy) => {
    // Nor can it be looked up before the server is gone.
    setImmediate(() => proxy.setMode('hold'));
    return 'drop-replies';
  });
  await settle(english);
  await settle(english);
  await ready(korean, `enter-${called?.['id']}`).click();
  await ready(english, 'call').click();
  await expect.poll(() => toMariadb.map(({ mode }) => mode), { timeout: 20_000 }).toEqual(['hold', 'hold']);
  await expect.poll(() => festival.sql(`SELECT status FROM waiting WHERE id = ${called?.['id']}`), { timeout: 20_000 }).toMatchObject([{ status: 'ENTERED' }]);
  await festival.mariadb.kill();
  for (const proxy of toMariadb) proxy.setMode('pass');

  await says(english, 'outcome-call', /Checking the call of .*방문자 \d+.*… No need to tap again\./);
  await says(korean, 'outcome-enter', /결과 확인 중 · .*방문자 \d+.* 입장/);
  await says(english, 'banner', /The festival’s server \(MariaDB\) has been unreachable since \d\d:\d\d\s+Calling, adding, entering and completing are paused\. The queue keeps its order\. 1 action under way for \d+ s\. If it lasts, tell your supervisor\./);
  await says(korean, 'banner', /\d\d:\d\d부터 축제 서버\(MariaDB\)에 연결되지 않습니다\s+호출, 추가, 입장 확인, 완료가 잠시 멈춥니다\. 대기 순서는 그대로 유지됩니다\. 처리 중인 작업 1건\(\d+초째\)\./);
  await says(english, 'call-reason', 'Waiting for MariaDB to come back.');
  await column(english, 'called').getByText(/^as of \d\d:\d\d$/).waitFor();
  await column(korean, 'inside').getByText(/^\d\d:\d\d 기준$/).waitFor();
  // Whoever is being called stands in neither list until that is known; all others wait as before.
  for (const page of [english, korean]) expect(await waitingIds(page)).toEqual(order.slice(1));

  await festival.mariadb.restart();
  await says(english, 'outcome-call', 'Nobody was called. The visitor kept their place. Please tap again.');
  await says(korean, 'outcome-enter', /저장됨 · .*방문자 \d+.* 입장/);
  for (const page of [english, korean]) {
    await page.getByTestId('banner').waitFor({ state: 'detached' });
    await column(page, 'inside').getByText(`방문자 ${called?.['user_id']}`, { exact: true }).waitFor();
    await page.getByTestId('next').getByText(`방문자 ${next}`, { exact: true }).waitFor();
  }
  expect(await festival.queue()).toEqual(order);
  expect((await call(english)).userId).toBe(next);
  await expect.poll(() => festival.judge(), { timeout: 20_000 }).toMatchObject({ lost: [], twice: [], locks: [], current: 2, inside: 2 });
});
