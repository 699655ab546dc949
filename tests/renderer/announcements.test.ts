/** Calls are heard: once, in their order, in the language of the screen, and only while they hold. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ok } from '../../shared/errors.ts';
import type { BoothView, Snapshot, VisitEntry } from '../../shared/snapshot.ts';
import { FRESH_MS, newCalls, type Seen } from '../../renderer/announcements/news.ts';
import { UTTERANCE_LIMIT_MS } from '../../renderer/announcements/voice.ts';
import { answer, push, requests } from '../support/fake-bridge.ts';
import { endSentence, fakeSound, heard } from '../support/fake-sound.ts';
import { type RendererPages, startRendererPages } from '../support/renderer-page.ts';
import { calledNow, emptyBooth, NOW, running, waiting } from '../support/sample-snapshots.ts';

const NOTHING_HAPPENS_MS = 400;
const minji: VisitEntry = calledNow({ userId: 1, name: '김민지', number: 12 }, 901);
const sora: VisitEntry = calledNow({ userId: 2, name: 'Sora', number: null }, 902);
const SPOKEN = 'ko-KR: 12번 김민지 님, 치킨 부스 앞으로 와 주세요.';
const SORA_SPOKEN = 'ko-KR: Sora 님, 치킨 부스 앞으로 와 주세요.';

const booth = (...called: readonly VisitEntry[]): BoothView => ({ ...emptyBooth, called });
const quiet = running({ language: 'ko', booth: booth() });

declare global {
  interface Window {
    readonly notes: number[];
  }
}
/** The pitch of each note a real browser is asked to play. */
const COUNT_NOTES = `
  window.notes = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    window.notes.push(Math.round(this.frequency.value * 100) / 100);
    return start.call(this, when);
  };`;

describe('what is new', () => {
  const at = (called: readonly VisitEntry[], now = NOW): Pick<Snapshot, 'booth' | 'now'> => ({ booth: { ...booth(...called), ledgerReadAt: now }, now });
  const told = (...snapshots: readonly Pick<Snapshot, 'booth' | 'now'>[]): readonly (readonly number[])[] => {
    let seen: Seen | null = null;
    return snapshots.map((snapshot) => {
      const next = newCalls(seen, snapshot);
      seen = next.seen;
      return next.news.map(({ visit }) => visit.waitingId);
    });
  };
  const again = (recall: string): VisitEntry => ({ ...minji, recall });

  it('is a call that was not there before, once', () => {
    expect(told(at([]), at([minji]), at([minji]), at([minji, sora]))).toEqual([[], [901], [], [902]]);
  });
  it('is nothing of what was called before the first look, at the start and at another booth', () => {
    const other = { booth: { ...booth(sora), id: 8 }, now: NOW };
    expect(told(at([minji]), at([minji]), other, at([minji, sora]))).toEqual([[], [], [], []]);
  });
  it('is nothing old, seen after a silence', () => {
    expect(told(at([]), at([minji], NOW + FRESH_MS))).toEqual([[], []]);
    expect(told(at([minji]), at([again('r1')], NOW + FRESH_MS))).toEqual([[], []]);
  });
  it('is each call again', () => {
    expect(told(at([minji]), at([again('r1')]), at([again('r1')]), at([again('r2')]))).toEqual([[], [901], [], [901]]);
  });
  it('is one call, not two, when the call again is seen together with the call', () => {
    expect(told(at([]), at([again('r1')]), at([again('r1')]))).toEqual([[], [901], []]);
  });
  it('is nobody who returns to the list', () => {
    expect(told(at([]), at([minji]), at([]), at([minji]))).toEqual([[], [901], [], []]);
  });
  it('keeps its memory while there is no booth to look at', () => {
    expect(told(at([]), { booth: null, now: NOW }, at([minji]), { booth: null, now: NOW }, at([minji]))).toEqual([[], [], [901], [], []]);
  });
});

let pages: RendererPages;
beforeAll(async () => {
  pages = await startRendererPages();
});
afterAll(async () => {
  await pages.close();
});

async function at(snapshot: Snapshot, run: (page: Page) => Promise<void>, abilities: Parameters<typeof fakeSound>[0] = {}): Promise<void> {
  const page = await pages.open(snapshot, undefined, fakeSound(abilities));
  // It asks for the voices when it begins to follow.
  if (abilities.synthesis !== false) await page.waitForFunction(() => window.fakeSound.asked > 0);
  else await page.getByTestId('sound').waitFor();
  await run(page);
  await pages.done(page);
  expect(pages.complaints).toEqual([]);
}
const expectHeard = (page: Page, expected: readonly string[]) => expect.poll(() => heard(page), { timeout: 5_000 }).toEqual(expected);
const expectNothingMore = async (page: Page, expected: readonly string[]) => {
  await page.waitForTimeout(NOTHING_HAPPENS_MS);
  expect(await heard(page)).toEqual(expected);
};

describe('a call', () => {
  it('is told by a chime and then a sentence, as loud as was chosen', () =>
    at({ ...quiet, sound: { announces: true, muted: false, volume: 40 } }, async (page) => {
      await push(page, { booth: booth(minji) });
      await expectHeard(page, ['chime', SPOKEN]);
      expect(await page.evaluate(() => window.fakeSound.volumes)).toEqual([0.4]);
      await push(page, { booth: booth(minji) });
      await endSentence(page);
      await expectNothingMore(page, ['chime', SPOKEN]);
    }));

  it('speaks English on an English screen, and what the screen has come to speak', () =>
    at({ ...quiet, language: 'en' }, async (page) => {
      await push(page, { booth: booth(minji) });
      await expectHeard(page, ['chime', 'en-GB: Number 12, 김민지, please come to 치킨 부스.']);
      await push(page, { booth: booth(minji, sora), language: 'ko' });
      await page.getByRole('heading', { name: /호출/ }).waitFor();
      await endSentence(page);
      await expectHeard(page, ['chime', 'en-GB: Number 12, 김민지, please come to 치킨 부스.', 'chime', SORA_SPOKEN]);
    }));

  it('waits for the one before', () =>
    at(quiet, async (page) => {
      await push(page, { booth: booth(minji) });
      await push(page, { booth: booth(minji, sora) });
      await expectHeard(page, ['chime', SPOKEN]);
      await expectNothingMore(page, ['chime', SPOKEN]);
      await endSentence(page);
      await expectHeard(page, ['chime', SPOKEN, 'chime', SORA_SPOKEN]);
    }));

  it('that was taken back before its turn is not told', () =>
    at(quiet, async (page) => {
      await push(page, { booth: booth(minji, sora) });
      await expectHeard(page, ['chime', SPOKEN]);
      await push(page, { booth: booth(minji) });
      await endSentence(page);
      await expectNothingMore(page, ['chime', SPOKEN]);
    }));

  it('that is taken back while it is told is broken off, and the next goes on', () =>
    at(quiet, async (page) => {
      await push(page, { booth: booth(minji, sora) });
      await expectHeard(page, ['chime', SPOKEN]);
      await push(page, { booth: booth(sora) });
      await expectHeard(page, ['chime', SPOKEN, '-', 'chime', SORA_SPOKEN]);
    }));

  it('is told again when it is made again, by whatever kiosk', () =>
    at({ ...quiet, booth: booth(minji) }, async (page) => {
      await push(page, { booth: booth({ ...minji, recall: 'a' }) });
      await expectHeard(page, ['chime', SPOKEN]);
      await endSentence(page);
      await push(page, { booth: booth({ ...minji, recall: 'b' }) });
      await expectHeard(page, ['chime', SPOKEN, 'chime', SPOKEN]);
    }));

  it('of before a reload is not told again', () =>
    at({ ...quiet, booth: booth(minji) }, async (page) => {
      await page.reload();
      await page.waitForFunction(() => window.fakeSound.asked > 0);
      await push(page, { booth: booth(minji) });
      await expectNothingMore(page, []);
      await push(page, { booth: booth(minji, sora) });
      await expectHeard(page, ['chime', SORA_SPOKEN]);
    }));

  it.each([
    ['by number where there is no name', { name: '', number: 7 }, '7번 방문자님'],
    ['by number where there is only a phone number', { name: '···· 1234', number: 7 }, '7번 방문자님'],
    ['by the last figures of the phone number', { name: '···· 1234', number: null }, '전화번호 끝자리 1 2 3 4 방문자님'],
    ['by the festival’s own number', { name: '', number: null }, '방문자 1 님'],
    ['by a name of any script', { name: 'محمد', number: 3 }, '3번 محمد 님'],
  ])('names the visitor %s', (_how, person, spoken) =>
    at(quiet, async (page) => {
      await push(page, { booth: booth({ ...minji, ...person }) });
      await expectHeard(page, ['chime', `ko-KR: ${spoken}, 치킨 부스 앞으로 와 주세요.`]);
    }));
});

describe('a machine', () => {
  it('with a loudspeaker plays two notes', async () => {
    const page = await pages.open(quiet, undefined, COUNT_NOTES);
    // A browser wants to be touched before it makes a sound; the program's windows need not be.
    await page.getByTestId('sound').click();
    await page.getByTestId('sample').click();
    await page.waitForFunction(() => window.notes.length === 2);
    expect(await page.evaluate(() => window.notes)).toEqual([659.25, 523.25]);
    await pages.done(page);
    expect(pages.complaints).toEqual([]);
  });

  it('whose sound device fails in the middle still speaks', () =>
    at(
      quiet,
      async (page) => {
        await push(page, { booth: booth(minji) });
        await expectHeard(page, [SPOKEN]);
      },
      { speakers: 'failing' },
    ));

  it('without a voice for the language only chimes, and says so in the dialog', () =>
    at(
      quiet,
      async (page) => {
        await push(page, { booth: booth(minji) });
        await expectHeard(page, ['chime']);
        await push(page, { booth: booth(minji, sora) });
        await expectHeard(page, ['chime', 'chime']);
        await page.getByTestId('sound').click();
        await page.getByTestId('no-voice').waitFor();
      },
      { voices: ['en-US'] },
    ));

  it('that cannot speak at all chimes as well', () =>
    at(
      quiet,
      async (page) => {
        // Its file is there as soon as the dialog is.
        await page.getByTestId('sound').click();
        await page.getByTestId('no-voice').waitFor();
        await push(page, { booth: booth(minji) });
        await expectHeard(page, ['chime']);
      },
      { synthesis: false },
    ));

  it('without a loudspeaker is no reason not to speak', () =>
    at(
      quiet,
      async (page) => {
        await push(page, { booth: booth(minji) });
        await expectHeard(page, [SPOKEN]);
      },
      { speakers: false },
    ));

  it('whose voice hangs goes on with the next call', () =>
    at(quiet, async (page) => {
      await page.clock.install();
      await push(page, { booth: booth(minji, sora) });
      await page.clock.runFor(2_000);
      await expectHeard(page, ['chime', SPOKEN]);
      await page.clock.runFor(UTTERANCE_LIMIT_MS);
      await page.clock.runFor(2_000);
      await expectHeard(page, ['chime', SPOKEN, '-', 'chime', SORA_SPOKEN]);
      await page.context().close();
    }));
});

describe('a kiosk', () => {
  it.each([
    ['that leaves it to another kiosk', { announces: false, muted: false, volume: 80 }],
    ['that is muted', { announces: true, muted: true, volume: 80 }],
  ])('%s is silent, and tells nothing afterwards', (_which, sound) =>
    at({ ...quiet, sound }, async (page) => {
      await push(page, { booth: booth(minji) });
      await expectNothingMore(page, []);
      await push(page, { sound: { announces: true, muted: false, volume: 80 } });
      await expectNothingMore(page, []);
      await push(page, { booth: booth(minji, sora) });
      await expectHeard(page, ['chime', SORA_SPOKEN]);
    }));

  it('that is muted in the middle of a sentence stops, and forgets those that wait', () =>
    at(quiet, async (page) => {
      await push(page, { booth: booth(minji, sora) });
      await expectHeard(page, ['chime', SPOKEN]);
      await push(page, { sound: { announces: true, muted: true, volume: 80 } });
      await expectHeard(page, ['chime', SPOKEN, '-']);
      await expectNothingMore(page, ['chime', SPOKEN, '-']);
    }));

  it('keeps what waits within bounds: the oldest gives way', () =>
    at(quiet, async (page) => {
      const many = Array.from({ length: 12 }, (_, index) => calledNow({ ...waiting(index), name: `N${index}`, number: null }, 900 + index));
      await push(page, { booth: booth(...many) });
      const names = async () => (await heard(page)).filter((each) => each !== 'chime').map((each) => /N\d+/.exec(each)?.[0]);
      await expect.poll(async () => (await names()).length, { timeout: 5_000 }).toBe(1);
      for (let told = 1; told < 9; told += 1) {
        await endSentence(page);
        await expect.poll(async () => (await names()).length, { timeout: 5_000 }).toBe(told + 1);
      }
      await endSentence(page);
      await page.waitForTimeout(NOTHING_HAPPENS_MS);
      expect(await names()).toEqual(['N0', 'N4', 'N5', 'N6', 'N7', 'N8', 'N9', 'N10', 'N11']);
    }));
});

describe('the settings of the sound', () => {
  it('are asked of the main process, one tap at a time, and read by name and state', () =>
    at(quiet, async (page) => {
      await page.getByRole('button', { name: '호출 안내 방송 설정: 켜짐' }).click();
      await page.getByTestId('quieter').click();
      await page.getByTestId('quieter').click({ force: true });
      await answer(page, 'kiosk:set-sound', ok(null));
      await push(page, { sound: { announces: true, muted: false, volume: 70 } });
      await page.getByTestId('volume').getByText('70%').waitFor();
      await page.getByRole('switch', { name: /음소거/ }).click();
      await answer(page, 'kiosk:set-sound', ok(null));
      await push(page, { sound: { announces: true, muted: true, volume: 70 } });
      await page.getByRole('switch', { name: /이 키오스크에서 방송/ }).click();
      expect((await requests(page)).map(({ payload }) => payload)).toEqual([
        { announces: true, muted: false, volume: 70 },
        { announces: true, muted: true, volume: 70 },
        { announces: false, muted: true, volume: 70 },
      ]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: '호출 안내 방송 설정: 음소거' }).waitFor();
    }));

  it('can be heard', () =>
    at(quiet, async (page) => {
      await page.getByTestId('sound').click();
      await page.getByTestId('sample').click();
      await expectHeard(page, ['chime', 'ko-KR: 호출하면 이렇게 들립니다.']);
    }));
});
