/** Lets the end of a test run say on which servers it ran. */
import { expect } from 'vitest';
import { addToList } from './servers-seen.ts';

/** Notes a server that has just told its version, for the test file that is running. */
export function noteServer(product: string, version: string): void {
  // A campaign starts servers outside a test run.
  if (process.env['VITEST'] === undefined) return;
  const server = `${product} ${/^\d+(\.\d+)*/.exec(version)?.[0] ?? version}`;
  addToList({ server, project: process.env['KIOSK_TEST_LEDGER'] ?? '', file: expect.getState().testPath ?? '' });
}
