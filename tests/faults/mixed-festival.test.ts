/**
 * Goal: beside a backend that guards nothing, and under any faults, kiosks lose nobody, double nobody, and keep count, capacity and order.
 * Method: kiosk processes and a stand-in for that backend work two booths together while processes, networks and servers fail at
 * random. At rest a judge that shares no code with the kiosk reads every write both servers recorded. What went wrong is the kiosks'
 * fault unless the record shows the backend doing it to this very ticket. KIOSK_SEED repeats who does what and which faults happen,
 * not the instant; `npm run campaign -- mixed` does it for minutes.
 */
import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Snapshot } from '../../shared/snapshot.ts';
import { openBackend } from '../support/backend/backend.ts';
import { runMixedFestival } from '../support/mixed/festival.ts';
import { openStage } from '../support/mixed/stage.ts';
import { eventually } from '../support/ports.ts';

const seed = Number(process.env['KIOSK_SEED'] ?? randomInt(2 ** 31));
const BOOTHS = [{ id: 1, capacity: 4 }, { id: 2, capacity: 5 }];

it(`wrongs nobody in a festival shared with the backend (seed ${seed})`, { timeout: 240_000 }, async () => {
  const report = await runMixedFestival({ seed, seconds: 15, leastCalls: 25, booths: BOOTHS, kiosks: 3, users: 40 });
  const { atRest, afterRepair, injected, ...figures } = report;
  console.info(`mixed festival, seed ${seed}: ${JSON.stringify({ ...figures, injected, taps: undefined, broken: atRest.brokenByBackend })}`);
  expect(atRest.kioskFaults, atRest.stories.join('\n')).toEqual([]);
  expect(afterRepair.kioskFaults, afterRepair.stories.join('\n')).toEqual([]);
  // A festival in which nothing happened would prove nothing.
  expect(figures.kioskCalls).toBeGreaterThan(5);
  expect(figures.backendCalls).toBeGreaterThan(0);
  expect(figures.faults).toBeGreaterThan(5);
});

it('says so on its panel when its lock prefix is the one the backend repairs', { timeout: 60_000 }, async () => {
  const stage = await openStage({ booths: BOOTHS, kiosks: 1, lockPrefix: 'temp:' });
  // It dies in the middle of a call, and its lock stays.
  const backend = openBackend({ ...stage.backendUrls, diesAfter: (_verb, command) => command === 'lock' });
  try {
    await eventually('the backend is connected', () => backend.isConnected());
    await backend.join(1, await backend.registerUser('Minji'));
    expect(await backend.callNext(1)).toBeNull();
    expect(await stage.client.keys('temp:calling:*')).toHaveLength(1);
    const kiosk = stage.kiosks[0]?.process;
    await kiosk?.start();
    await eventually('the warning', async () => {
      const answer = (await kiosk?.ask('snapshot:get', null)) as { readonly value?: Snapshot } | undefined;
      return answer?.value?.stores.some((store) => store.warnings.includes('foreign-locks'));
    }, 30_000);
  } finally {
    await backend.close();
    await stage.close();
  }
});
