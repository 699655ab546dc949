/**
 * Goal: who does not come counts as absent by the ledger's clock alone, at the booth that is served; time in which nobody could have let
 * them in does not count; and nobody who came, or was given time, is overruled.
 * Method: the core on the model stores, whose clock the test turns.
 */
import { describe, expect, it } from 'vitest';
import { NO_SHOW_MS } from '../../shared/limits.ts';
import { actOnVisit } from '../../electron/core/act-on-visit.ts';
import { keepServing, SERVED_PAUSE_MS } from '../../electron/core/no-shows.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { trace } from '../../electron/core/trace.ts';
import type { ModelKiosk } from '../support/model-festival.ts';
import { modelStage } from '../support/model-stage.ts';

const stage = modelStage();
const pass = async (by: ModelKiosk = stage.kiosk): Promise<number> => (await reconcile(by, { trigger: 'interval', serving: stage.festival.boothId })).expired;

/** The kiosk is at work for this long, saying so as often as it does. */
async function serve(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10_000) {
    stage.festival.advance(Math.min(left, 10_000));
    await keepServing(stage.kiosk, stage.festival.boothId);
  }
}

async function calledVisit() {
  await keepServing(stage.kiosk, stage.festival.boothId);
  await stage.arrive('Ann');
  await stage.call();
  return stage.onlyVisit();
}

describe('a called visitor', () => {
  it('counts as absent after five minutes, and the journal says that nobody decided it', async () => {
    const visit = await calledVisit();
    await serve(NO_SHOW_MS - 1_000);
    expect(await pass()).toBe(0);
    await serve(1_000);
    expect(await pass()).toBe(1);
    expect(await stage.festival.ledger.readVisit(visit.waitingId)).toMatchObject({ status: 'COMPLETED', endedAs: 'NO_SHOW' });
    await stage.kiosk.operations.drain();
    expect((await trace(stage.kiosk, { waitingId: visit.waitingId }))?.at(-1)).toMatchObject({ what: 'no-show', staff: null, reason: 'did not come in time' });
    expect(await pass()).toBe(0);
    await stage.healthy();
  });

  it('is given more time by hold', async () => {
    const visit = await calledVisit();
    await serve(4 * 60_000);
    await actOnVisit(stage.kiosk, 'hold', visit, stage.kiosk.ids.operationId());
    await stage.kiosk.operations.drain();
    await serve(4 * 60_000);
    expect(await pass()).toBe(0);
    await serve(60_000);
    expect(await pass()).toBe(1);
  });

  it('is not punished for an outage: the clock starts anew when the booth is served again, and it is on record', async () => {
    await calledVisit();
    await serve(4 * 60_000);
    stage.festival.advance(SERVED_PAUSE_MS + 60_000);
    expect(await pass()).toBe(0);
    await serve(NO_SHOW_MS - 1_000);
    expect(await pass()).toBe(0);
    await serve(1_000);
    expect(await pass()).toBe(1);
    expect(await stage.festival.ledger.readIncidents(5)).toMatchObject([{ kind: 'outage', boothId: stage.festival.boothId }]);
  });

  it('is looked after by the kiosk that serves the booth, and by no other', async () => {
    await calledVisit();
    await serve(NO_SHOW_MS);
    expect((await reconcile(stage.kiosk, { trigger: 'by-hand', serving: null })).expired).toBe(0);
    const never: ModelKiosk = { ...stage.kiosk, limits: { ...stage.kiosk.limits, noShowMs: null } };
    expect(await pass(never)).toBe(0);
    expect(await pass()).toBe(1);
  });

  it.each(['enter', 'hold'] as const)('is not overruled: %s that came between the look and the deed stands', async (kind) => {
    const visit = await calledVisit();
    await serve(NO_SHOW_MS);
    const other = stage.festival.kiosk('other');
    const read = stage.kiosk.ledger.readBooth;
    let acted = false;
    const slow: ModelKiosk = {
      ...stage.kiosk,
      ledger: {
        ...stage.festival.ledger,
        readBooth: async (boothId) => {
          const seen = await read(boothId);
          if (!acted) {
            acted = true;
            const outcome = await actOnVisit(other, kind, visit, other.ids.operationId());
            expect(outcome.outcome === 'done' && (await outcome.finished)).toBe(true);
          }
          return seen;
        },
      },
    };
    expect(await pass(slow)).toBe(0);
    expect(await stage.festival.ledger.readVisit(visit.waitingId)).toMatchObject({ status: kind === 'enter' ? 'ENTERED' : 'CALLED' });
  });

  it('waits while the queue store is away: staff can let nobody know', async () => {
    await calledVisit();
    await serve(NO_SHOW_MS);
    stage.kiosk.queueFaults.down();
    expect(await pass()).toBe(0);
  });
});
