/**
 * Goal: every implementation of the Ledger port keeps the same rules. Method: the port is driven as the core drives it, and what it
 * left in the tables is read by plain SQL beside it. Booths are made per test, so that tests share a store without meeting.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { badRowsContract } from './ledger-bad-rows.ts';
import { boothContract } from './ledger-booth.ts';
import { callContract } from './ledger-call.ts';
import { eventsContract } from './ledger-events.ts';
import { joinContract } from './ledger-join.ts';
import { leaveContract } from './ledger-leave.ts';
import { mirrorContract } from './ledger-mirror.ts';
import { onceContract } from './ledger-once.ts';
import { phonesContract } from './ledger-phones.ts';
import { putBackContract } from './ledger-put-back.ts';
import { readsContract } from './ledger-reads.ts';
import { departuresContract } from './ledger-departures.ts';
import { reportContract } from './ledger-report.ts';
import { createStage, type LedgerWorld } from './ledger-stage.ts';
import { traceContract } from './ledger-trace.ts';
import { transitionsContract } from './ledger-transitions.ts';
import { undoContract } from './ledger-undo.ts';
import { visitContract } from './ledger-visit.ts';
import { watchContract } from './ledger-watch.ts';

const OPEN_TIMEOUT_MS = 60_000;

export function ledgerContract(name: string, open: () => Promise<LedgerWorld>): void {
  describe(`ledger contract: ${name}`, () => {
    let world: LedgerWorld;
    beforeAll(async () => {
      world = await open();
    }, OPEN_TIMEOUT_MS);
    afterAll(() => world.cleanup());

    const stage = createStage(() => world);
    callContract(stage);
    visitContract(stage);
    onceContract(stage);
    transitionsContract(stage);
    undoContract(stage);
    putBackContract(stage);
    joinContract(stage);
    phonesContract(stage);
    leaveContract(stage);
    boothContract(stage);
    eventsContract(stage);
    mirrorContract(stage);
    watchContract(stage);
    traceContract(stage);
    readsContract(stage);
    departuresContract(stage);
    reportContract(stage);
    badRowsContract(stage);
  });
}
