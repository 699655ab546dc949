/** Every state of the screen, as something to look at and to measure. */
import type { Page } from 'playwright-core';
import type { DepartureView } from '../../shared/channels.ts';
import { fail, ok } from '../../shared/errors.ts';
import { answer, push } from './fake-bridge.ts';
import { settle } from './action-page.ts';
import { displayScenes } from './display-scenes.ts';
import { edgeScenes } from './edge-scenes.ts';
import { leftoverScenes } from './leftover-scenes.ts';
import { panelScenes } from './panel-scenes.ts';
import { phaseScenes } from './phase-scenes.ts';
import { scan, scannerListens } from './scanner-keys.ts';
import type { Scene } from './scene.ts';
import { busyBooth, called, calledNow, emptyBooth, fullBooth, NOW, running, setup, STAFF_NAMES, waiting, without } from './sample-snapshots.ts';


/** Opens one of the sheets behind the button beside the main one. */
async function openFromMore(page: Page, item: 'search' | 'gone'): Promise<void> {
  await page.getByTestId('more').click();
  await settle(page);
  await page.getByTestId(`do-${item}`).click();
}

const wentAt = (index: number, minutesAgo: number) => ({ ...called(index, 0), waitingId: 800 + index, at: NOW - minutesAgo * 60_000 });
const gone: readonly DepartureView[] = [
  { ...wentAt(0, 1), kind: 'complete', staff: '김민지', reason: null, by: 'person', announced: null },
  { ...wentAt(1, 3), kind: 'no-show', staff: null, reason: null, by: 'time', announced: null },
  { ...wentAt(2, 8), kind: 'cancel', staff: 'Sora Kim', reason: null, by: 'person', announced: null },
  { ...wentAt(3, 12), kind: 'put-back', staff: null, reason: null, by: 'person', announced: null },
  { ...wentAt(4, 14), waitingId: null, kind: 'leave', staff: '김민지', reason: '방문자가 그만 기다리겠다고 함', by: 'person', announced: null },
  { ...wentAt(5, 29), kind: 'no-show', staff: null, reason: null, by: 'elsewhere', announced: null },
  { ...wentAt(6, 29), waitingId: null, kind: 'dismiss', staff: '김민지', reason: '비가 와서', by: 'person', announced: 'failed' },
];

/** What a scanner types, once the screen listens to it. */
async function scanned(page: Page, code: string): Promise<void> {
  await scannerListens(page);
  await scan(page, code);
}

export const scenes: readonly Scene[] = [
  { name: 'setup', snapshot: setup() },
  {
    name: 'connect-error',
    snapshot: setup(),
    async act(page) {
      await page.getByTestId('connect').click();
      await page.getByTestId('url-queue').fill('redis://10.0.0.5:6379/0');
      await answer(page, 'setup:try-store', ok({ server: 'Redis 7.0.15', schema: 'ready', booths: [] }));
      await page.getByTestId('test-queue').click();
      await page.getByTestId('trial-queue').getByText('7.0.15').waitFor();
      await page.getByTestId('url-ledger').fill('mysql://kiosk:wrong@10.0.0.5:3306/festival');
      await answer(page, 'setup:try-store', fail('LEDGER_UNFIT', "Access denied for user 'kiosk'@'10.0.0.21' (using password: YES): check user and password."));
      await page.getByTestId('test-ledger').click();
      await page.getByTestId('trial-ledger').getByText('Access denied').waitFor();
    },
  },
  {
    name: 'connect-empty',
    snapshot: setup(),
    async act(page) {
      await page.getByTestId('connect').click();
      await page.getByTestId('url-ledger').fill('mysql://kiosk:secret@10.0.0.5:3306/festival');
      await answer(page, 'setup:try-store', ok({ server: 'MariaDB 10.11.14', schema: 'empty', booths: [] }));
      await page.getByTestId('test-ledger').click();
      await page.getByTestId('booth-number').waitFor();
    },
  },
  { name: 'empty', snapshot: running({ booth: emptyBooth, embedded: true, demoArrivals: true }) },
  { name: 'busy', snapshot: running() },
  {
    name: 'called',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('call').click();
      await answer(page, 'booth:call-next', ok({ operationId: 'a', state: 'saved', person: waiting(0), waitingId: 900 }));
      await push(page, { booth: { ...busyBooth, waitingTotal: 56, waiting: busyBooth.waiting.slice(1).map((entry) => ({ ...entry, position: entry.position - 1 })), called: [...busyBooth.called, calledNow(waiting(0), 900)] } });
      await page.getByTestId('just-called').waitFor();
    },
  },
  { name: 'full', snapshot: running({ booth: fullBooth }) },
  { name: 'menu-called', snapshot: running(), act: (page) => page.getByTestId('menu-2001').click() },
  {
    name: 'menu-called-degraded',
    snapshot: running({ stores: without('queue'), booth: { ...busyBooth, current: null } }),
    act: (page) => page.getByTestId('menu-2000').click(),
  },
  {
    name: 'menu-called-gone',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('menu-2001').click();
      await push(page, { booth: { ...busyBooth, called: busyBooth.called.filter(({ userId }) => userId !== 2001) } });
    },
  },
  { name: 'menu-waiting', snapshot: running(), act: (page) => page.getByTestId('menu-1002').click() },
  {
    name: 'menu-reason',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('menu-1002').click();
      await settle(page);
      await page.getByTestId('do-chosen').click();
    },
  },
  { name: 'menu-calls', snapshot: running(), act: (page) => page.getByTestId('more').click() },
  {
    name: 'menu-over',
    snapshot: running({ booth: fullBooth }),
    async act(page) {
      await page.getByTestId('more').click();
      await settle(page);
      await page.getByTestId('do-over').click();
    },
  },
  { name: 'menu-calls-full', snapshot: running({ booth: fullBooth }), act: (page) => page.getByTestId('more').click() },
  {
    name: 'queue-sheet',
    snapshot: running(),
    async act(page) {
      await answer(page, 'booth:list-queue', ok({ entries: Array.from({ length: 1_000 }, (_, index) => waiting(index)), total: 1_000 }));
      await openFromMore(page, 'search');
      await page.getByTestId('queue-search').fill('김');
    },
  },
  {
    name: 'gone-sheet',
    snapshot: running(),
    async act(page) {
      await answer(page, 'booth:list-departures', ok(gone));
      await openFromMore(page, 'gone');
    },
  },
  {
    name: 'gone-menu',
    snapshot: running({ booth: fullBooth }),
    async act(page) {
      await answer(page, 'booth:list-departures', ok(gone));
      await openFromMore(page, 'gone');
      await page.getByTestId('gone-801').getByRole('button').click();
    },
  },
  {
    name: 'elsewhere',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('call').click();
      await push(page, { booth: { ...busyBooth, id: 8, name: '타로 점집' } });
      await page.getByTestId('elsewhere').waitFor();
    },
  },
  {
    name: 'undo-offer',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('complete-300').click();
      await answer(page, 'visit:act', ok({ operationId: 'u', state: 'saved', person: busyBooth.insideList[0] ?? null, waitingId: 300 }));
      await push(page, { booth: { ...busyBooth, inside: 11, current: 11, insideList: busyBooth.insideList.slice(1) } });
      await page.getByTestId('undo').waitFor();
    },
  },
  {
    name: 'undo-done',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('complete-300').click();
      await answer(page, 'visit:act', ok({ operationId: 'u', state: 'saved', person: busyBooth.insideList[0] ?? null, waitingId: 300 }));
      await settle(page);
      await page.getByTestId('undo').click();
      await answer(page, 'visit:act', ok({ operationId: 'v', state: 'saved', person: busyBooth.insideList[0] ?? null, waitingId: 300 }));
    },
  },
  {
    name: 'undo-refused',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('call').click();
      await answer(page, 'booth:call-next', ok({ operationId: 'a', state: 'saved', person: waiting(0), waitingId: 900 }));
      await settle(page);
      await page.getByTestId('undo').click();
      await answer(page, 'visit:act', fail('INVALID_STATUS', 'no'));
      await page.locator('[data-testid=undo-bar][data-phase=refused]').waitFor();
    },
  },
  ...phaseScenes,
  { name: 'mysql-down', snapshot: running({ stores: without('ledger'), booth: { ...busyBooth, ledgerReadAt: NOW - 18 * 60_000 } }) },
  {
    name: 'redis-down',
    snapshot: running({
      stores: without('queue'),
      booth: { ...busyBooth, queueReadAt: NOW - 18 * 60_000, current: null },
      pending: [{ operationId: 'b', kind: 'enter', state: 'catching-up', person: waiting(1), boothId: 7, waitingId: 501, since: Date.now() - 75_000 }],
    }),
  },
  ...leftoverScenes,
  { name: 'lost-queue', snapshot: running({ booth: { ...emptyBooth, called: busyBooth.called, inside: 12, current: 12, insideList: busyBooth.insideList, lostQueue: { waitingBefore: 12 } } }) },
  {
    name: 'refused-down',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('call').click();
      await answer(page, 'booth:call-next', fail('QUEUE_STORE_UNREACHABLE', 'down'));
      await page.getByTestId('outcome-call').waitFor();
      await push(page, { stores: without('queue'), booth: { ...busyBooth, current: null } });
    },
  },
  {
    name: 'refused-busy',
    snapshot: running({ embedded: true, demoArrivals: true }),
    async act(page) {
      await page.getByTestId('call').click();
      await answer(page, 'booth:call-next', fail('CONTENDED', 'contended'));
      await page.getByTestId('outcome-call').waitFor();
    },
  },
  {
    name: 'reconnected',
    snapshot: running({ stores: without('queue') }),
    async act(page) {
      await push(page, { stores: running().stores });
      await page.getByTestId('reconnected').waitFor();
    },
  },
  { name: 'slow', snapshot: running({ stores: running().stores.map((store) => (store.role === 'queue' ? { ...store, state: 'slow' as const, latencyMs: null } : store)) }) },
  {
    name: 'trying-again',
    snapshot: running({ stores: without('queue'), booth: { ...busyBooth, queueReadAt: NOW - 18 * 60_000 } }),
    act: (page) => page.getByTestId('try-again').click(),
  },
  { name: 'both-down', snapshot: running({ stores: without('queue', 'ledger'), booth: { ...busyBooth, queueReadAt: NOW - 18 * 60_000, ledgerReadAt: NOW - 18 * 60_000 } }) },
  {
    name: 'checking',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('call').click();
      await answer(page, 'booth:call-next', ok({ operationId: 'c', state: 'checking', person: null, waitingId: null }));
      await page.getByTestId('enter-501').click();
      await answer(page, 'visit:act', ok({ operationId: 'd', state: 'checking', person: called(1, 0), waitingId: 501 }));
      await page.getByTestId('complete-301').click();
      await answer(page, 'visit:act', fail('INVALID_STATUS', 'no'));
      await page.locator('[data-testid=outcome-complete]').waitFor();
      await push(page, { pending: [{ operationId: 'c', kind: 'call', state: 'checking', person: null, boothId: 7, waitingId: null, since: Date.now() - 2_000 }, { operationId: 'd', kind: 'enter', state: 'checking', person: called(1, 0), boothId: 7, waitingId: 501, since: Date.now() - 1_000 }] });
    },
  },
  {
    name: 'catching-up',
    snapshot: running({ stores: without('queue'), booth: { ...busyBooth, queueReadAt: NOW - 18 * 60_000, current: null } }),
    async act(page) {
      await page.getByTestId('enter-501').click();
      await answer(page, 'visit:act', ok({ operationId: 'c', state: 'catching-up', person: null, waitingId: 501 }));
      await page.getByTestId('complete-302').click();
      await answer(page, 'visit:act', ok({ operationId: 'd', state: 'catching-up', person: null, waitingId: 302 }));
      for (const kind of ['enter', 'complete']) await page.locator(`[data-testid=outcome-${kind}][data-phase=catching-up]`).waitFor();
    },
  },
  {
    name: 'add-form',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('add').click();
      await page.getByTestId('key-ㄱ').or(page.getByTestId('key-script').filter({ hasNotText: 'ABC' })).first().waitFor();
      if ((await page.getByTestId('key-ㄱ').count()) === 0) await page.getByTestId('key-script').click();
      for (const key of ['ㄱ', 'ㅣ', 'ㅁ', 'ㅎ', 'ㅏ']) await page.getByTestId(`key-${key}`).click();
    },
  },
  {
    name: 'add-refused',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('add').click();
      await page.getByTestId('name').fill('김하늘');
      await page.getByTestId('add-submit').click();
      await answer(page, 'booth:add-visitor', fail('BOOTH_CLOSED', 'closed'));
      await page.getByTestId('outcome-join').waitFor();
    },
  },
  {
    name: 'add-phone',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('add').click();
      await page.getByTestId('way-phone').click();
      for (const key of ['010', '9', '8', '7', '6']) await page.getByTestId(`key-${key}`).click();
    },
  },
  {
    name: 'add-phone-wrong',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('add').click();
      await page.getByTestId('way-phone').click();
      await page.getByTestId('key-010').click();
      await page.getByTestId('add-submit').click();
      await page.getByRole('dialog').getByRole('alert').waitFor();
    },
  },
  {
    name: 'add-again',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('add').click();
      await page.getByTestId('way-phone').click();
      await page.getByTestId('phone').fill('5432');
      await page.getByTestId('add-submit').click();
      await answer(page, 'booth:add-by-phone', ok({ operationId: 'e', state: 'saved', person: { userId: 77, name: '···· 5432', number: 31 }, waitingId: null, position: 5, waitingTotal: 58, estimatedWaitMinutes: 4, alreadyQueued: true }));
      await page.getByTestId('joined').waitFor();
    },
  },
  {
    name: 'scan-known',
    snapshot: running(),
    async act(page) {
      await scanned(page, '4711');
      await answer(page, 'booth:add-known', ok({ operationId: 'e', state: 'saved', person: { userId: 4711, name: '김하늘', number: null }, waitingId: null, position: 58, waitingTotal: 58, estimatedWaitMinutes: 18, alreadyQueued: false }));
      await page.getByTestId('joined').waitFor();
    },
  },
  {
    name: 'scan-refused',
    snapshot: running(),
    async act(page) {
      await scanned(page, '4711');
      await answer(page, 'booth:add-known', fail('MAX_WAITING_EXCEEDED', 'two already'));
      await page.getByTestId('outcome-join').waitFor();
    },
  },
  { name: 'scan-called', snapshot: running(), act: (page) => scanned(page, String(called(1, 0).userId)) },
  { name: 'scan-inside', snapshot: running(), act: (page) => scanned(page, String(busyBooth.insideList[0]?.userId)) },
  { name: 'scan-unknown', snapshot: running({ scannerPrefix: 'https://festival.example/users/' }), act: (page) => scanned(page, 'https://example.com/menu/chicken?table=7') },
  {
    name: 'add-result',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('add').click();
      await page.getByTestId('name').fill('김하늘');
      await page.getByTestId('add-submit').click();
      await answer(page, 'booth:add-visitor', ok({ operationId: 'e', state: 'saved', person: { userId: 77, name: '김하늘', number: 70 }, waitingId: null, position: 58, waitingTotal: 58, estimatedWaitMinutes: 18, alreadyQueued: false }));
      await page.getByTestId('joined').waitFor();
    },
  },
  {
    name: 'long-name',
    snapshot: running({ booth: { ...busyBooth, name: 'Photo studio of the engineering department, second floor of the student union building' }, embedded: true }),
  },
  {
    name: 'not-announced',
    snapshot: running({
      booth: { ...busyBooth, called: [{ ...called(0, 72_000), announced: 'failed' }, { ...called(1, 259_000), announced: 'failed' }, { ...called(2, 753_000), noShowAt: null }] },
    }),
  },
  {
    name: 'sound',
    snapshot: running(),
    async act(page) {
      await page.getByTestId('sound').click();
      await page.getByTestId('sample').waitFor();
    },
  },
  {
    name: 'sound-muted',
    snapshot: running({ sound: { announces: true, muted: true, volume: 100 }, booth: { ...busyBooth, ledgerReadAt: NOW - 18 * 60_000 } }),
    async act(page) {
      await page.getByTestId('sound').waitFor();
    },
  },
  { name: 'staff-nobody', snapshot: running({ staff: { names: STAFF_NAMES, chosen: null } }) },
  { name: 'staff-chosen', snapshot: running({ staff: { names: STAFF_NAMES, chosen: '김민지' } }) },
  { name: 'staff-long', snapshot: running({ staff: { names: STAFF_NAMES, chosen: STAFF_NAMES[5] }, booth: { ...busyBooth, name: 'Photo studio of the engineering department, second floor of the student union building' }, stores: without('queue') }) },
  {
    name: 'staff-list',
    snapshot: running({ staff: { names: STAFF_NAMES, chosen: '최도윤' } }),
    act: (page) => page.getByTestId('staff').click(),
  },
  {
    name: 'staff-few',
    snapshot: running({ staff: { names: STAFF_NAMES.slice(0, 3), chosen: null } }),
    act: (page) => page.getByTestId('staff').click(),
  },
  { name: 'no-booth', snapshot: running({ booth: null, boothProblem: 'BOOTH_NOT_FOUND' }) },
  ...edgeScenes,
  ...panelScenes,
  ...displayScenes,
];
