/**
 * Goal: each trouble is told once in the festival until it clears, by whichever kiosk sees it, and once when it is over; never more, and
 * never by nobody while one store is there.
 * Method: what is told is kept by a recording alerter; the boards are the model stores', and fail as stores do.
 */
import { describe, expect, it } from 'vitest';
import { type AlertFacts, alertsOf, CLEAR_AFTER_MS, tellAlerts, UNREACHABLE_MS } from '../../electron/core/alerts.ts';
import type { Alert, Alerter } from '../../electron/core/ports.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage } from '../support/model-stage.ts';

const stage = modelStage();
const CALM: AlertFacts = { lead: true, queueDownMs: 0, ledgerDownMs: 0, overdueLocks: 0, passes: [], setAside: 0 };
const PASS = { finished: 0, undone: 0, superseded: 0, quarantined: 0, kept: 0 };
const ids = (facts: Partial<AlertFacts>): string[] => alertsOf({ ...CALM, ...facts }).map(({ id, level }) => `${level} ${id}`);

describe('the rules', () => {
  it.each<[string, Partial<AlertFacts>, string[]]>([
    ['all is well', {}, []],
    ['nine overdue locks', { overdueLocks: 9 }, []],
    ['ten overdue locks', { overdueLocks: 10 }, ['warning locks-overdue']],
    ['one of nine settlements failing', { passes: [{ ...PASS, finished: 8, kept: 1 }] }, []],
    ['one of ten settlements failing', { passes: [{ ...PASS, finished: 5 }, { ...PASS, undone: 4, kept: 1 }] }, []],
    ['two of eleven settlements failing', { passes: [{ ...PASS, superseded: 9, kept: 1, quarantined: 1 }] }, ['urgent settlements-failing']],
    ['a store away for 29.9 s', { queueDownMs: UNREACHABLE_MS - 100 }, []],
    ['both stores away for 30 s', { queueDownMs: UNREACHABLE_MS, ledgerDownMs: UNREACHABLE_MS }, ['urgent queue-unreachable', 'urgent ledger-unreachable']],
    ['somebody in quarantine', { setAside: 1 }, ['warning quarantine']],
    ['all of it, seen by a kiosk that does not lead', { lead: false, overdueLocks: 50, setAside: 3, ledgerDownMs: UNREACHABLE_MS }, ['urgent ledger-unreachable']],
  ])('%s', (_name, facts, expected) => expect(ids(facts)).toEqual(expected));
});

describe('telling', () => {
  const told: string[] = [];
  const alerter: Alerter = { tell: async ({ id }, state) => void told.push(`${state} ${id}`) };
  const QUARANTINE = alertsOf({ ...CALM, setAside: 1 });
  const look = async (by: ModelKiosk, alerts: readonly Alert[], lead = true): Promise<string[]> => {
    told.length = 0;
    await tellAlerts(by, alerter, alerts, lead);
    await by.operations.drain();
    return [...told];
  };

  it('each trouble once, however long and by however many it is seen, and its end once', async () => {
    const two = stage.festival.kiosk('two');
    expect(await look(stage.kiosk, QUARANTINE)).toEqual(['raised quarantine']);
    for (let seconds = 0; seconds < 60; seconds += 5) {
      stage.festival.advance(5_000);
      expect(await look(two, QUARANTINE)).toEqual([]);
      expect(await look(stage.kiosk, QUARANTINE)).toEqual([]);
    }
    stage.festival.advance(CLEAR_AFTER_MS - 1_000);
    expect(await look(two, [])).toEqual([]);
    stage.festival.advance(1_001);
    // Only the one who leads tells the end; and it is told once.
    expect(await look(two, [], false)).toEqual([]);
    expect(await look(two, [])).toEqual(['cleared quarantine']);
    expect(await look(stage.kiosk, [])).toEqual([]);
    expect(await look(stage.kiosk, QUARANTINE)).toEqual(['raised quarantine']);
  });

  it('the leading kiosk may die in between', async () => {
    expect(await look(stage.kiosk, QUARANTINE)).toEqual(['raised quarantine']);
    const next = stage.festival.kiosk('next');
    stage.festival.advance(CLEAR_AFTER_MS);
    // The next one sees it still: it is no news.
    expect(await look(next, QUARANTINE)).toEqual([]);
    stage.festival.advance(CLEAR_AFTER_MS + 1);
    expect(await look(next, [])).toEqual(['cleared quarantine']);
  });

  it('an outage of a store is told through the other one', async () => {
    const [queueAway, ledgerAway] = [alertsOf({ ...CALM, queueDownMs: UNREACHABLE_MS }), alertsOf({ ...CALM, ledgerDownMs: UNREACHABLE_MS })];
    const two = stage.festival.kiosk('two');
    for (const kiosk of [stage.kiosk, two]) kiosk.queueFaults.down();
    expect(await look(stage.kiosk, queueAway)).toEqual(['raised queue-unreachable']);
    expect(await look(two, queueAway, false)).toEqual([]);
    for (const kiosk of [stage.kiosk, two]) {
      kiosk.queueFaults.heal();
      kiosk.ledgerFaults.down();
    }
    expect(await look(two, ledgerAway, false)).toEqual(['raised ledger-unreachable']);
    expect(await look(stage.kiosk, ledgerAway)).toEqual([]);
    for (const kiosk of [stage.kiosk, two]) kiosk.queueFaults.down();
    // Nobody can tell who speaks: nobody does, and nobody fails.
    expect(await look(stage.kiosk, [...queueAway, ...ledgerAway])).toEqual([]);
  });

  it('a Slack that is away holds nothing up and is told in the log', async () => {
    await tellAlerts(stage.kiosk, { tell: async () => Promise.reject(new Error('no network')) }, QUARANTINE, true);
    await stage.kiosk.operations.drain();
    expect(stage.festival.logged).toContain('warn alert-not-told');
    expect(stage.festival.logged).toContain('warn alert-raised');
  });
});
