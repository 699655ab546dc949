/**
 * Goal: of several kiosks that would tell the same news in the same instant, one does. Method: they all ask at once, many times.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ledger } from '../../electron/core/ledger.ts';
import { expectCommitted, lockOf } from '../contracts/ledger-stage.ts';
import { openMysqlWorld, type MysqlWorld } from '../support/mysql-world.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';

const ROUNDS = 40;

let server: SqlServer;
let world: MysqlWorld;
let kiosks: readonly Ledger[];
let [booth, user] = [0, 0];
beforeAll(async () => {
  server = await startSqlServer();
  world = await openMysqlWorld(server);
  kiosks = Array.from({ length: 6 }, () => world.another());
  [booth, user] = [await world.addBooth({ capacity: 100_000 }), await world.addUser('Minji')];
  await Promise.all(kiosks.map((each) => each.prepare()));
});
afterAll(async () => {
  await world.cleanup();
  await server.dispose();
});

const called = async (): Promise<number> => expectCommitted(await world.ledger().commit(lockOf('call', booth, user)));

describe('six kiosks at once', () => {
  test('claim the news of a call: one gets it, again at each try that is due', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const waitingId = await called();
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        const claims = await Promise.all(kiosks.map((each) => each.claimEvent(waitingId, attempt === 1)));
        const got = claims.filter((claim) => claim !== null);
        expect(got).toMatchObject([{ eventId: `call:${waitingId}`, userId: user }]);
        expect(await world.sql(`SELECT kiosk_event_tries AS t FROM waiting WHERE id = ${waitingId}`)).toEqual([{ t: attempt }]);
        await world.ageVisit(waitingId, 30_000);
      }
      expect((await Promise.all(kiosks.map((each) => each.claimEvent(waitingId, true)))).filter((claim) => claim !== null)).toEqual([]);
      expect(await world.ledger().readVisit(waitingId)).toMatchObject({ announced: 'failed' });
    }
  });

  test('one tells of a call in the instant another takes it back: what is told last is that it was', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const lock = lockOf('call', booth, user);
      const waitingId = expectCommitted(await world.ledger().commit(lock));
      const back = lockOf('undo-call', booth, user, { waitingId, score: lock.score, returnScore: lock.score });
      const [claim, undone] = await Promise.all([kiosks[round % 2]?.claimEvent(waitingId, true), kiosks[3]?.commit(back)]);
      expect(undone).toMatchObject({ outcome: 'committed' });
      if (claim) await world.ledger().endEvent(claim, true);
      // A cancellation waits until the try that was claimed has ended.
      if (claim) expect(await world.ledger().claimEvent(waitingId, true)).toBeNull();
      await world.ageVisit(waitingId, 10_000);
      const next = await world.ledger().claimEvent(waitingId, false);
      expect(next?.eventId ?? null).toBe(claim ? `cancel:${back.operationId}` : null);
      expect(await world.sql(`SELECT notification_sent + 0 AS sent FROM waiting WHERE id = ${waitingId}`)).toEqual([{ sent: 0 }]);
    }
  });

  test('note an alert: one raises it; take the cleared ones: one gets each', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = [`b-${round}`, `a-${round}`];
      const raised = await Promise.all(kiosks.map((each, index) => each.noteAlerts(index % 2 === 0 ? ids : ids.toReversed(), `kiosk-${index}`)));
      expect(raised.flat().toSorted()).toEqual(ids.toSorted());
      expect(await world.ledger().takeClearedAlerts(60_000)).toEqual([]);
      await world.backdate('kiosk_alert', 60_001);
      const taken = await Promise.all(kiosks.map((each) => each.takeClearedAlerts(60_000)));
      expect(taken.flat().toSorted()).toEqual(ids.toSorted());
    }
  });

  test('return to a booth after a pause: one measures it, and the clocks start anew once', async () => {
    expect(await Promise.all(kiosks.map((each) => each.noteServed(booth, 60_000)))).toEqual([0, 0, 0, 0, 0, 0]);
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = (await world.ledger().readBooth(booth))?.servedSinceMs ?? 0;
      await world.backdate('kiosk_presence', 90_000);
      const pauses = (await Promise.all(kiosks.map((each) => each.noteServed(booth, 60_000)))).filter((pause) => pause > 0);
      expect(pauses).toHaveLength(1);
      expect(Math.abs((pauses[0] ?? 0) - 90_000)).toBeLessThan(10_000);
      expect((await world.ledger().readBooth(booth))?.servedSinceMs).toBeGreaterThanOrEqual(before);
    }
  });
});
