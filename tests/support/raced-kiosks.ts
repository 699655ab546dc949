/** Kiosks on one SQL server, and pairs of actions started in one instant, in an order drawn from a printed seed: for tests that judge what such a race may leave. */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { Ledger } from '../../electron/core/ledger.ts';
import { createDraw } from './draw.ts';
import { openMysqlWorld, type MysqlWorld } from './mysql-world.ts';
import { startSqlServer, type SqlServer } from './sql-server.ts';

const SEED = Number(process.env['KIOSK_SEED'] ?? randomInt(2 ** 31));
const { unit } = createDraw(SEED, 'races');

interface RaceStage {
  readonly world: MysqlWorld;
  readonly user: number;
  /** Six, each with its own connections. */
  readonly kiosks: readonly Ledger[];
  /** One of them, counted round and round. */
  kiosk(index: number): Ledger;
  booth(capacity: number): Promise<number>;
  generation(boothId: number): Promise<number>;
}

/** Call once at the top of a test file: its server lives as long as the file. The seed is printed, so that KIOSK_SEED can repeat what was drawn. */
export function raceStage(): RaceStage {
  let server: SqlServer;
  let world: MysqlWorld;
  let kiosks: readonly Ledger[];
  let user = 0;
  beforeAll(async () => {
    console.info(`seed ${SEED}`);
    server = await startSqlServer();
    world = await openMysqlWorld(server);
    kiosks = Array.from({ length: 6 }, () => world.another());
    user = await world.addUser('Minji');
  }, 60_000);
  afterAll(async () => {
    await world.cleanup();
    await server.dispose();
  });
  return {
    get world() {
      return world;
    },
    get user() {
      return user;
    },
    get kiosks() {
      return kiosks;
    },
    kiosk: (index) => kiosks[index % kiosks.length] as Ledger,
    async booth(capacity) {
      const id = await world.addBooth({ capacity });
      await world.ledger().prepare();
      return id;
    },
    generation: async (boothId) => (await world.ledger().readBooth(boothId))?.booth.generation ?? -1,
  };
}

/**
 * Starts both in a drawn order, a drawn moment apart, and answers in the order given.
 * @param turnsMax of the event loop between the two: more for what takes several round trips
 */
export async function race<A, B>(a: () => Promise<A>, b: () => Promise<B>, turnsMax = 30): Promise<[A, B]> {
  const late = unit() * turnsMax;
  const lag = (): Promise<void> => new Promise((resolve) => {
    let turns = late;
    const turn = (): void => void (turns-- > 0 ? setImmediate(turn) : resolve());
    turn();
  });
  if (unit() < 0.5) {
    const first = a();
    return Promise.all([first, lag().then(b)]);
  }
  const first = b();
  const second = lag().then(a);
  return Promise.all([second, first]);
}
