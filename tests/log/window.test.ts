/** Goal: the window's log is in the data folder, whole when the program ends; the command line leaves none. Method: the built programs. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { launchKiosk } from '../support/launch-kiosk.ts';
import { eventually } from '../support/ports.ts';
import { runCli, withoutKioskSettings } from '../support/run-cli.ts';

function dataFolder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'kiosk-window-log-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  return dataDir;
}

/** The events on a text's lines that are JSON; others are for people. */
const eventsIn = (text: string) => text.split('\n').filter((line) => line.startsWith('{'));

test('the window writes what it says on stderr, to its last line', async () => {
  const dataDir = dataFolder();
  const kiosk = await launchKiosk({ args: ['--demo'], dataDir });
  await kiosk.page();
  await eventually('it has said something', () => eventsIn(kiosk.stderr()).length > 0, 20_000);
  await kiosk.close();
  const said = eventsIn(kiosk.stderr());
  expect(eventsIn(readFileSync(join(dataDir, 'logs', 'kiosk.log'), 'utf8'))).toEqual(said);
});

test('the command line does not', async () => {
  const dataDir = dataFolder();
  const { code } = await runCli('status', { ...withoutKioskSettings(), KIOSK_DATA_DIR: dataDir });
  expect(code).toBe(0);
  expect(existsSync(join(dataDir, 'logs'))).toBe(false);
});
