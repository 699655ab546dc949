/** Goal: no write before the database was found fit, none once it is not, and no look more than needed. Method: looks that answer as told. */
import { describe, expect, test } from 'vitest';
import { StoreFailure } from '../../electron/core/ports.ts';
import { createWriteGate } from '../../electron/stores/mysql/write-gate.ts';

const FIT = { server: 'MariaDB 11.8.0', warnings: [] };
const unfit = new StoreFailure('LEDGER_UNFIT', 'wrong zone', 'no');
const lost = new StoreFailure('LEDGER_UNREACHABLE', 'reply lost', 'unknown');

/** A gate whose looks answer these in turn, the last one for ever; and what was written through it. */
function gateWith(...answers: readonly (typeof FIT | Error)[]) {
  const seen = { looks: 0, writes: 0 };
  const gate = createWriteGate(async () => {
    const answer = answers[Math.min(seen.looks++, answers.length - 1)] ?? FIT;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { gate, seen, write: () => gate.whenFit(async () => ++seen.writes) };
}

test('the first write has the database looked at, once for all who come meanwhile; later ones do not', async () => {
  const { write, seen } = gateWith(FIT);
  await Promise.all([write(), write(), write()]);
  await write();
  expect(seen).toEqual({ looks: 1, writes: 4 });
});

test('who has prepared need not look again', async () => {
  const { gate, write, seen } = gateWith(FIT);
  expect(await gate.prepare()).toEqual(FIT);
  await write();
  expect(seen).toEqual({ looks: 1, writes: 1 });
});

describe('while the look fails nothing is written, and the failure says that nothing was sent', () => {
  test.each([['unfit', unfit], ['no answer', lost]])('%s', async (_what, failure) => {
    const { write, seen } = gateWith(failure, failure, FIT);
    for (let attempt = 0; attempt < 2; attempt += 1) await expect(write()).rejects.toMatchObject({ name: 'StoreFailure', code: failure.code, message: failure.message, executed: 'no' });
    expect(seen.writes).toBe(0);
    await write();
    expect(seen).toEqual({ looks: 3, writes: 1 });
  });

  test('a defect comes out as it is', async () => {
    const defect = new TypeError('defect');
    await expect(gateWith(defect).write()).rejects.toBe(defect);
  });
});

test('a later look that finds it unfit closes the gate; one without an answer does not', async () => {
  const { gate, write, seen } = gateWith(FIT, lost, unfit);
  await gate.prepare();
  await expect(gate.prepare()).rejects.toBe(lost);
  await write();
  expect(seen).toEqual({ looks: 2, writes: 1 });
  await expect(gate.prepare()).rejects.toBe(unfit);
  await expect(write()).rejects.toMatchObject({ code: 'LEDGER_UNFIT' });
  expect(seen.writes).toBe(1);
});
