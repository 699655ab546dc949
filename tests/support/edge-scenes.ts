/** The screen at its edges: before anything was read, with a thousand people, long names of many scripts, and at twice the size. */
import type { Page } from 'playwright-core';
import type { BoothView, VisitEntry, WaitingEntry } from '../../shared/snapshot.ts';
import { ok } from '../../shared/errors.ts';
import { settle } from './action-page.ts';
import { answer } from './fake-bridge.ts';
import { busyBooth, called, emptyBooth, inside, running, setup, STAFF_NAMES, upStores, waiting, without } from './sample-snapshots.ts';
import { scan, scannerListens } from './scanner-keys.ts';
import type { Scene } from './scene.ts';

const LONG_NAMES = ['제갈공명과사마의와주유와노숙과육손과여몽과장소와고옹과보즐', 'محمد عبد الله الحسيني بن عبد الرحمن آل سليمان', 'अनुराधा वेंकटसुब्रमण्यम कृष्णमूर्ति अय्यर', 'Anne-Marie Villeneuve-Castellanos of the Northern Isles', 'ก้องเกียรติ์ศักดิ์สิทธิ์วัฒนานุกูล', '👩‍👩‍👧‍👦 Familie Großmüller-Weißenböck'] as const;
const named = <Entry extends WaitingEntry | VisitEntry>(entry: Entry, index: number): Entry => ({ ...entry, name: LONG_NAMES[index % LONG_NAMES.length] ?? '' });
const scripts: BoothView = {
  ...busyBooth,
  waiting: busyBooth.waiting.map(named),
  called: [called(0, 40_000), called(1, 259_000), called(2, 372_000)].map((visit, index) => named({ ...visit, announced: index === 1 ? 'failed' : null }, index + 1)),
  insideList: busyBooth.insideList.map((visit, index) => named(visit, index + 3)),
};
const THOUSAND = Array.from({ length: 1_000 }, (_, index) => waiting(index));
const thousand: BoothView = { ...busyBooth, capacity: 1_200, inside: 1_000, current: 1_000, waitingTotal: 1_000, estimatedWaitMinutes: 720, insideList: Array.from({ length: 1_000 }, (_, index) => ({ ...inside(index, 180 - index % 180), number: 1_000 + index })) };

async function bothTested(page: Page): Promise<void> {
  await page.getByTestId('connect').click();
  await page.getByTestId('url-queue').fill('redis://10.0.0.5:6379/0');
  await answer(page, 'setup:try-store', ok({ server: 'Redis 7.0.15', schema: 'ready', booths: [] }));
  await page.getByTestId('test-queue').click();
  await page.getByTestId('trial-queue').getByText('7.0.15').waitFor();
  await page.getByTestId('url-ledger').fill('mysql://kiosk:secret@10.0.0.5:3306/festival');
  await answer(page, 'setup:try-store', ok({ server: 'MariaDB 10.11.14', schema: 'behind', booths: [{ id: 7, name: '치킨 부스' }, { id: 8, name: '타로 점집' }] }));
  await page.getByTestId('test-ledger').click();
  await page.getByTestId('trial-ledger').getByText('10.11.14').waitFor();
}

export const edgeScenes: readonly Scene[] = [
  { name: 'connect-ready', snapshot: setup(), act: bothTested },
  { name: 'connecting', snapshot: running({ booth: null, booths: [], stores: upStores.map((store) => ({ ...store, state: 'connecting' as const, server: '', latencyMs: null })), lastPass: null }) },
  { name: 'unread', snapshot: running({ booth: { ...emptyBooth, queueReadAt: null, called: busyBooth.called }, stores: without('queue') }) },
  { name: 'unfit', snapshot: running({ stores: without('ledger').map((store) => (store.role === 'ledger' ? { ...store, state: 'unfit' as const, problem: { code: 'LEDGER_UNFIT' as const, message: "INSERT command denied to user 'kiosk'@'10.0.0.21' for table `festival`.`waiting`" } } : store)) }) },
  { name: 'thousand', snapshot: running({ booth: thousand }) },
  { name: 'scripts', snapshot: running({ booth: scripts, staff: { names: STAFF_NAMES, chosen: STAFF_NAMES[19] } }) },
  { name: 'magnified', magnified: true, snapshot: running() },
  {
    name: 'magnified-add',
    magnified: true,
    snapshot: running(),
    async act(page) {
      await page.getByTestId('add').click();
      await page.getByTestId('name').waitFor();
    },
  },
  {
    name: 'queue-nobody',
    snapshot: running(),
    async act(page) {
      await answer(page, 'booth:list-queue', ok({ entries: THOUSAND, total: 1_000 }));
      await page.getByTestId('more').click();
      await settle(page);
      await page.getByTestId('do-search').click();
      await page.getByTestId('queue-search').fill('나무늘보');
      await page.locator('.queue-rows:empty').waitFor({ state: 'attached' });
    },
  },
  {
    name: 'scan-busy',
    snapshot: running(),
    async act(page) {
      await scannerListens(page);
      await scan(page, '4711');
      await scan(page, '4712');
      await page.locator('.scan-busy').waitFor();
    },
  },
];
