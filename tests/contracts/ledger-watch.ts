/** What kiosks tell each other and people: who serves, which alerts stand, how passes went, what happened. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Incident, PassFigures } from '../../electron/core/ledger.ts';
import { DAY_MS, MINUTE_MS, type Stage } from './ledger-stage.ts';

export const FIGURES: Omit<PassFigures, 'owner' | 'trigger'> = {
  lead: true, durationMs: 12, seen: 6, finished: 3, undone: 2, superseded: 1, quarantined: 7, kept: 0, recounted: 4, drift: 9, swept: 8, refilled: 10, expired: 11,
};

export function watchContract(stage: Stage): void {
  const { ledger, place } = stage;
  const PAUSE_MS = 30_000;

  test('a booth is served without a pause until nobody says so for too long', async () => {
    const { booth } = await place();
    const since = async (): Promise<number | null | undefined> => (await ledger().readBooth(booth))?.servedSinceMs;
    expect(await since()).toBeNull();
    expect(await ledger().noteServed(booth, PAUSE_MS)).toBe(0);
    const first = await since();
    expect(Math.abs((first ?? 0) - (await stage.nowMs()))).toBeLessThan(MINUTE_MS);
    await stage.world().backdate('kiosk_presence', PAUSE_MS - 10_000);
    const before = await since();
    expect(await ledger().noteServed(booth, PAUSE_MS)).toBe(0);
    expect(await since()).toBe(before);
    await stage.world().backdate('kiosk_presence', 5 * MINUTE_MS);
    const pausedMs = await ledger().noteServed(booth, PAUSE_MS);
    expect(pausedMs).toBeGreaterThanOrEqual(5 * MINUTE_MS);
    expect(pausedMs).toBeLessThan(6 * MINUTE_MS);
    expect(Math.abs(((await since()) ?? 0) - (await stage.nowMs()))).toBeLessThan(MINUTE_MS);
    // Told once.
    expect(await ledger().noteServed(booth, PAUSE_MS)).toBe(0);
    const elsewhere = await place();
    expect((await ledger().readBooth(elsewhere.booth))?.servedSinceMs).toBeNull();
  });

  test('of several kiosks that come back at once one measures the pause; a clock set back is none', async () => {
    const { booth } = await place();
    await ledger().noteServed(booth, PAUSE_MS);
    await stage.world().backdate('kiosk_presence', 5 * MINUTE_MS);
    const answers = await Promise.all(Array.from({ length: 4 }, () => ledger().noteServed(booth, PAUSE_MS)));
    expect(answers.filter((pausedMs) => pausedMs > 0)).toHaveLength(1);
    await stage.world().backdate('kiosk_presence', -5 * MINUTE_MS);
    expect(await ledger().noteServed(booth, PAUSE_MS)).toBe(0);
    expect(await ledger().noteServed(booth, PAUSE_MS)).toBe(0);
  });

  describe('alerts', () => {
    test('are new to one asker, and cleared for one asker once nobody has seen them', async () => {
      const ids: string[] = [randomUUID(), randomUUID(), randomUUID()];
      const [a = '', b = '', c = ''] = ids;
      expect(await ledger().noteAlerts([], 'one')).toEqual([]);
      expect(await ledger().noteAlerts([a, b, a], 'one')).toHaveLength(2);
      expect(await ledger().noteAlerts([b, c], 'two')).toEqual([c]);
      await stage.world().backdate('kiosk_alert', MINUTE_MS);
      expect(await ledger().noteAlerts([b], 'two')).toEqual([]);
      expect(await ledger().takeClearedAlerts(2 * MINUTE_MS)).toEqual([]);
      expect((await ledger().takeClearedAlerts(MINUTE_MS / 2)).toSorted()).toEqual([a, c].toSorted());
      expect(await ledger().takeClearedAlerts(MINUTE_MS / 2)).toEqual([]);
      expect(await ledger().noteAlerts([a, b], 'one')).toEqual([a]);
    });

    test('raised or cleared at once, each is told to one', async () => {
      const ids: string[] = [randomUUID(), randomUUID()];
      const raised = await Promise.all(Array.from({ length: 4 }, (_, index) => ledger().noteAlerts(index % 2 === 0 ? ids : ids.toReversed(), `kiosk-${index}`)));
      expect(raised.flat().toSorted()).toEqual(ids.toSorted());
      await stage.world().backdate('kiosk_alert', MINUTE_MS);
      const cleared = await Promise.all(Array.from({ length: 4 }, () => ledger().takeClearedAlerts(MINUTE_MS / 2)));
      expect(cleared.flat().filter((id) => ids.includes(id)).toSorted()).toEqual(ids.toSorted());
    });

    test('a name longer than its column is no failure', async () => {
      const id = randomUUID();
      expect(await ledger().noteAlerts([id], '키'.repeat(300))).toEqual([id]);
    });
  });

  describe('passes', () => {
    test('all are kept, with every figure, and told the newest first, with the time the ledger saw them', async () => {
      await ledger().writePass({ ...FIGURES, owner: 'one/1', trigger: 'interval' });
      await ledger().writePass({ ...FIGURES, owner: '키'.repeat(300), trigger: 'by-hand', lead: false, seen: 7 });
      await ledger().writePass({ ...FIGURES, owner: 'one/1', trigger: 'interval', drift: 1 });
      const passes = await ledger().readPasses(3);
      expect(passes).toEqual([
        { ...FIGURES, owner: 'one/1', trigger: 'interval', drift: 1, endedAtMs: expect.any(Number) },
        { ...FIGURES, owner: '키'.repeat(100), trigger: 'by-hand', lead: false, seen: 7, endedAtMs: expect.any(Number) },
        { ...FIGURES, owner: 'one/1', trigger: 'interval', endedAtMs: expect.any(Number) },
      ]);
      expect(Math.abs((passes[0]?.endedAtMs ?? 0) - (await stage.nowMs()))).toBeLessThan(MINUTE_MS);
      expect(await ledger().readPasses(1)).toHaveLength(1);
    });

    test('one that a clock ahead of its time has dated is not the latest for ever', async () => {
      await ledger().writePass({ ...FIGURES, owner: 'future', trigger: 'interval' });
      await stage.world().backdate('kiosk_pass', -10 * MINUTE_MS);
      await ledger().writePass({ ...FIGURES, owner: 'now', trigger: 'interval' });
      expect(await ledger().readPasses(2)).toMatchObject([{ owner: 'now' }]);
      await stage.world().backdate('kiosk_pass', 10 * MINUTE_MS);
    });

    test('a start forgets them after two days', async () => {
      await ledger().writePass({ ...FIGURES, owner: 'young', trigger: 'interval' });
      await stage.world().backdate('kiosk_pass', DAY_MS);
      await ledger().writePass({ ...FIGURES, owner: 'a', trigger: 'start' });
      expect((await ledger().readPasses(100)).map(({ owner }) => owner)).toContain('young');
      await stage.world().backdate('kiosk_pass', 1.5 * DAY_MS);
      await ledger().writePass({ ...FIGURES, owner: 'b', trigger: 'interval' });
      expect(await ledger().readPasses(100)).toHaveLength((await stage.world().query('SELECT id FROM kiosk_pass')).length);
      await ledger().writePass({ ...FIGURES, owner: 'c', trigger: 'start' });
      expect((await ledger().readPasses(100)).map(({ owner }) => owner)).toEqual(['c', 'b', 'a']);
    });
  });

  describe('incidents', () => {
    const incident = (rest: Partial<Incident>): Incident => ({ kind: 'refill', boothId: null, fromMs: 1_763_800_000_000, toMs: 1_763_800_060_123, tickets: 7, owner: 'one/1', detail: 'came back empty', ...rest });

    test('are told the newest first, cut to their bounds', async () => {
      const { booth } = await place();
      await ledger().writeIncident(incident({}));
      await ledger().writeIncident(incident({ kind: 'outage', boothId: booth, tickets: null, owner: '키'.repeat(300), detail: '글'.repeat(900) }));
      await ledger().writeIncident(incident({ kind: 'dropped', boothId: booth, tickets: 1, fromMs: 1_763_800_000_000.5 }));
      expect(await ledger().readIncidents(3)).toEqual([
        incident({ kind: 'dropped', boothId: booth, tickets: 1, fromMs: expect.closeTo(1_763_800_000_000, -1) as number }),
        incident({ kind: 'outage', boothId: booth, tickets: null, owner: '키'.repeat(100), detail: '글'.repeat(500) }),
        incident({}),
      ]);
      expect(await ledger().readIncidents(1)).toHaveLength(1);
    });

    test('one of a later version hides no other', async () => {
      await ledger().writeIncident(incident({ detail: 'known' }));
      await ledger().writeIncident(incident({ detail: 'unknown' }));
      await stage.world().exec("UPDATE kiosk_incident SET kind = 'comet' WHERE detail = 'unknown'");
      expect(await ledger().readIncidents(1)).toMatchObject([{ detail: 'known' }]);
    });

    test('a start forgets them after 90 days', async () => {
      const detail = randomUUID();
      await ledger().writeIncident(incident({ detail }));
      const isKept = async (): Promise<boolean> => (await ledger().readIncidents(1_000)).some((each) => each.detail === detail);
      await stage.world().backdate('kiosk_incident', 89 * DAY_MS);
      await ledger().writePass({ ...FIGURES, owner: 'a', trigger: 'start' });
      expect(await isKept()).toBe(true);
      await stage.world().backdate('kiosk_incident', 2 * DAY_MS);
      await ledger().writePass({ ...FIGURES, owner: 'a', trigger: 'start' });
      expect(await isKept()).toBe(false);
    });
  });
}
