/** What the status panel tells of the whole festival: alerts, the copy of the queues, how repairs went, and what was lost when. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertView, MonitoringView, Snapshot } from '../../shared/snapshot.ts';
import { push, requests } from '../support/fake-bridge.ts';
import { startRendererPages, type RendererPages } from '../support/renderer-page.ts';
import { calm, eventful, lastPass, NOW, running, without } from '../support/sample-snapshots.ts';

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(() => pages.close());

const open = async (changes: Partial<Snapshot>): Promise<Page> => {
  const page = await pages.open(running(changes));
  await page.getByTestId('sync').click();
  await page.getByTestId('festival').waitFor();
  return page;
};
const show = (changes: Partial<Snapshot>, run: (page: Page) => Promise<void>) => async (): Promise<void> => {
  const page = await open(changes);
  await run(page);
  await pages.done(page);
};
const told = (changes: Partial<MonitoringView>): Partial<Snapshot> => ({ monitoring: { ...calm, ...changes } });
const festival = (page: Page): Promise<string> => page.getByTestId('festival').innerText();
const every: readonly AlertView[] = [
  { id: 'locks-overdue', level: 'warning' }, { id: 'quarantine', level: 'warning' }, { id: 'queue-unreachable', level: 'urgent' }, { id: 'ledger-unreachable', level: 'urgent' }, { id: 'settlements-failing', level: 'urgent' },
];

describe('standing alerts', () => {
  it('are not there when nothing stands', show({}, async (page) => {
    expect(await page.locator('.alert').count()).toBe(0);
    expect(await page.getByTestId('sync').getAttribute('data-sync')).toBe('ok');
  }));

  it('have words and a sign, the urgent first, and go by themselves', show(told({ alerts: every }), async (page) => {
    const texts = await page.locator('.alert').allInnerTexts();
    expect(texts.map((text) => text.split(' ')[0])).toEqual(['Urgent', 'Urgent', 'Urgent', 'Warning', 'Warning']);
    expect(texts[0]).toContain('The queue server (Redis) has not answered for more than 30 s. Calling is paused.');
    expect(texts[1]).toContain('The history server (MariaDB) has not answered');
    expect(await page.locator('.alert svg').count()).toBe(5);
    expect(await page.locator('.alert svg.lucide-octagon-alert, .alert svg.lucide-octagon-exclamation-point').count()).toBe(3);
    await push(page, { language: 'ko' });
    await page.getByText('대기열 서버(Redis)가 30초 넘게 응답하지 않습니다.').waitFor();
    expect((await page.locator('.alert').allInnerTexts()).map((text) => text.split(' ')[0])).toEqual(['긴급', '긴급', '긴급', '주의', '주의']);
    await push(page, told({ alerts: [] }));
    await page.locator('.alert').first().waitFor({ state: 'detached' });
  }));

  it.each([['urgent', 'attention'], ['warning', 'ok']] as const)('an %s one elsewhere: the sign on the board says %s', async (level, sync) => {
    await show(told({ alerts: [{ id: 'settlements-failing', level }] }), async (page) => {
      await page.locator(`[data-testid=sync][data-sync=${sync}]`).waitFor();
    })();
  });
});

describe('the copy of the queues', () => {
  it('tells its age by the history store’s clock, and grows older', show({}, async (page) => {
    expect(await festival(page)).toMatch(/Queues copied into the history 4\d s ago\./);
    await push(page, told({ mirroredAt: NOW - 7 * 60_000 }));
    await page.getByText('Queues copied into the history 7 min ago.').waitFor();
    await push(page, { language: 'ko' });
    await page.getByText('7분 전에 대기열을 이력에 복사했습니다.').waitFor();
  }));

  it('may never have been made', show(told({ mirroredAt: null }), async (page) => {
    expect(await festival(page)).toContain('The queues have not been copied into the history yet.');
    await push(page, { language: 'ko' });
    await page.getByText('대기열이 아직 이력에 복사되지 않았습니다.').waitFor();
  }));
});

describe('how repairs went', () => {
  it('has its numbers, never rounded up to all', show(told({ settled: 999, failed: 1 }), async (page) => {
    expect(await festival(page)).toContain('Interrupted operations since 14:19:39: 999 settled, 1 attempt failed (99% success).');
    await push(page, { language: 'ko' });
    await page.getByText('14:19:39부터 중단된 작업 999건을 마무리했고 1번 실패했습니다(성공률 99%).').waitFor();
  }));

  it('nothing to settle, and no pass at all, are said as such', show(told({ settled: 0, failed: 0 }), async (page) => {
    expect(await festival(page)).toContain('No operation was interrupted since 14:19:39.');
    expect(await festival(page)).not.toContain('%');
    await push(page, told({ passes: [], settled: 0 }));
    await page.getByText('No pass is on record.').waitFor();
    expect(await page.getByTestId('pass-history').count()).toBe(0);
  }));

  it('drift that was corrected is summed up', show({ monitoring: { ...calm, passes: [{ ...lastPass, drift: 2 }, { ...lastPass, drift: 3 }] } }, async (page) => {
    expect(await festival(page)).toContain('Counts inside corrected by 5 in all.');
    await push(page, { monitoring: calm });
    await page.getByText('No count inside had to be corrected.').waitFor();
  }));

  it('the history has a picture with its meaning in words, and the newest passes in figures', show({ monitoring: eventful }, async (page) => {
    const picture = page.getByTestId('pass-history').getByRole('img');
    expect(await picture.locator('rect').count()).toBe(60);
    // Failures have a mark of their own, not only a colour.
    expect(await picture.locator('path').count()).toBe(2);
    await page.getByRole('img', { name: '60 passes · the longest took 1.2 s · 2 with failures' }).waitFor();
    const rows = await page.locator('.pass-table tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split('\t'))).toEqual([
      ['14:19:49', '12 ms', '3', '0'], ['14:19:39', '49 ms', '0', '0'], ['14:19:29', '86 ms', '0', '0'], ['14:19:19', '123 ms', '2', '0'], ['14:19:09', '160 ms', '0', '0'],
    ]);
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual(['When', 'Took', 'Settled', 'Failed']);
    await push(page, { language: 'ko' });
    await page.getByRole('img', { name: '점검 60회 · 가장 긴 점검 1.2초 · 실패가 있던 점검 2회' }).waitFor();
  }));

  it('the last pass shows what is rare only when it happened', show({}, async (page) => {
    const counts = page.locator('.pass-counts dt');
    expect(await counts.allInnerTexts()).toEqual(['Seen', 'Finished', 'Undone', 'Superseded', 'Kept', 'Recounted']);
    await push(page, { lastPass: { ...lastPass, recounted: 1, drift: 2, quarantined: 1, swept: 3, refilled: 31, expired: 4 } });
    await counts.getByText('Put back').waitFor();
    expect((await page.locator('.pass-counts > div').allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))).toEqual(
      expect.arrayContaining(['Drift 2', 'Set aside 1', 'Taken out 3', 'Put back 31', 'No-shows 4']),
    );
  }));
});

describe('incidents', () => {
  it('are told with their window, in the festival’s zone, older days by their date', show({ monitoring: eventful }, async (page) => {
    expect(await page.getByTestId('incident').allInnerTexts()).toEqual([
      '14:02:51\n\nRedis came back without its queue: 31 put back. Who registered through the app between 14:02:05 and 14:02:51 may be missing.',
      '13:19:00\n\n\u2068타로 점집\u2069: no kiosk at work between 12:45:00 and 13:19:00. The time of those called started anew.',
      '11:10:00\n\n\u2068치킨 부스\u2069: an entry set aside was put back into the queue.',
      'Oct 15, 12:20:00\n\nBooth 4711: an entry set aside was dropped.',
    ]);
    await push(page, { language: 'ko' });
    await page.getByText('Redis가 대기열 없이 돌아왔습니다. 31명을 다시 넣었습니다. 14:02:05부터 14:02:51까지 앱으로 신청한 방문자는 빠졌을 수 있습니다.').waitFor();
    await page.getByText('10월 15일 12:20:00').waitFor();
  }));

  it('nobody put back, and a window of no length, are not made up', show(told({ incidents: [{ kind: 'refill', boothId: null, from: NOW, to: NOW, tickets: 0 }] }), async (page) => {
    expect(await page.getByTestId('incident').innerText()).toBe('14:20:00\n\nRedis came back without its queue: nobody had to be put back.');
    await push(page, told({ incidents: [] }));
    await page.getByText('None on record.').waitFor();
  }));
});

describe('the panel', () => {
  it('opens without the network: its file was read after the start', async () => {
    const page = await pages.open(running({ monitoring: eventful }));
    await page.waitForLoadState('networkidle');
    await page.context().setOffline(true);
    await page.getByTestId('sync').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Status' }).waitFor();
    await page.getByTestId('incident').first().waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('sync');
    await page.context().close();
  });

  it('is there at the first tap, without an empty moment', async () => {
    const page = await pages.open(running({ stores: without('queue') }));
    // Fetched when the page has nothing else to do: on a busy machine that comes late.
    await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('status-panel')));
    await page.waitForLoadState('networkidle');
    const frames = await page.evaluate(async () => {
      document.querySelector<HTMLElement>('[data-testid=sync]')?.click();
      let count = 0;
      while (document.querySelector('dialog[open] [data-testid=festival]') === null && count < 60) {
        count += 1;
        await new Promise(requestAnimationFrame);
      }
      return count;
    });
    expect(frames).toBeLessThanOrEqual(1);
    await pages.done(page);
  });

  it('that cannot be read is told, and the board goes on', async () => {
    const page = await pages.open(running());
    await page.route(/status-panel/, (route) => route.abort());
    await page.reload();
    await page.getByTestId('sync').click();
    await page.getByText('A program error got in the way.').first().waitFor();
    await page.getByTestId('call').click();
    expect((await requests(page)).map(({ channel }) => channel)).toEqual(['booth:call-next']);
    await page.context().close();
  });
});

it('nothing on these screens broke the content security policy or wrote to the console', () => {
  // But for the file that was kept from it on purpose.
  expect(pages.complaints.filter((text) => !text.includes('net::ERR_FAILED'))).toEqual([]);
});
