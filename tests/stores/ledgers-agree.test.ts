/**
 * Goal: the embedded ledger is a true model of the ones on servers, so that what simulations prove with it holds there too.
 * Method: the same random commands to both. The seed is part of the name; KIOSK_SEED repeats one, or a range of them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareLedgers } from '../support/ledgers-agree.ts';
import { festivalSchema, openMysqlWorld } from '../support/mysql-world.ts';
import { seedsOr } from '../support/seeds.ts';
import { startSqlServer, type SqlServer } from '../support/sql-server.ts';
import { openSqliteWorld } from '../support/sqlite-world.ts';

const STEPS = 400;
const SEEDS = seedsOr([1, 2, 3, 4, Date.now() % 1_000_000_007]);

let server: SqlServer;
beforeAll(async () => {
  server = await startSqlServer();
});
afterAll(() => server.dispose());

test.each(SEEDS)('the embedded ledger and the server agree, seed %d', { timeout: 120_000 }, async (seed) => {
  const worlds = [await openSqliteWorld(), await openMysqlWorld(server, seed % 2 === 0 ? '' : festivalSchema('enum'))] as const;
  try {
    const { difference, outcomes } = await compareLedgers(seed, STEPS, worlds);
    expect(difference, `KIOSK_SEED=${seed}`).toBeNull();
    // Where nearly nothing was committed, nothing was compared.
    expect(outcomes['committed'] ?? 0).toBeGreaterThan(STEPS / 16);
    expect(Object.keys(outcomes).length).toBeGreaterThan(3);
  } finally {
    await Promise.all(worlds.map((world) => world.cleanup()));
  }
});
