/**
 * Goal: the log is on the disk, bounded, one JSON object a line; whatever happens to disk, folder or stderr, the kiosk goes on.
 * Method: real folders that are full or locked, a disk that never answers, a process whose stderr is gone.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger, logLine } from '../../electron/log.ts';
import { appendLastWords, logFolder, openLogFile, openRotated } from '../../electron/log/log-file.ts';
import { ROOT } from '../support/find-program.mjs';
import { eventually } from '../support/ports.ts';

let dataDir: string;
let folder: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kiosk-log-'));
  folder = logFolder(dataDir);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function opened(settings: Partial<Parameters<typeof openLogFile>[0]> = {}) {
  const failures: string[] = [];
  return { ...openLogFile({ folder, onFailure: (reason) => failures.push(reason), ...settings }), failures };
}

const read = (name = 'kiosk.log') => readFileSync(join(folder, name), 'utf8');
const line = (number: number, length = 0) => logLine('info', 'something', { number, text: 'x'.repeat(length) });
const numbersIn = (text: string) => text.split('\n').filter((each) => each !== '').map((each) => (JSON.parse(each) as { number?: number }).number);

describe('in good order', () => {
  test('every line, in order, in a folder that only this user may read into', async () => {
    const file = opened();
    for (let number = 1; number <= 100; number += 1) file.write(line(number));
    await file.end();
    expect(numbersIn(read())).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(statSync(join(folder, 'kiosk.log')).mode & 0o077).toBe(0);
    expect(file.failures).toEqual([]);
  });

  test('nothing is made before there is something to write', async () => {
    const file = opened();
    await file.end();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('the next start goes on where the last ended', async () => {
    for (const number of [1, 2]) {
      const file = opened();
      file.write(line(number));
      await file.end();
    }
    expect(numbersIn(read())).toEqual([1, 2]);
  });

  test('at most five files of 2 MB, the oldest lines go first', async () => {
    const file = opened();
    for (let number = 1; number <= 4_000; number += 1) {
      file.write(line(number, 3_500));
      if (number % 100 === 0) await eventually('it is written', () => existsWith(number));
    }
    await file.end();
    const names = readdirSync(folder);
    expect(names.toSorted()).toEqual(['kiosk.log', 'kiosk.log.1', 'kiosk.log.2', 'kiosk.log.3', 'kiosk.log.4']);
    for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(2_000_000);
    const kept = ['kiosk.log.4', 'kiosk.log.3', 'kiosk.log.2', 'kiosk.log.1', 'kiosk.log'].flatMap((name) => numbersIn(read(name)));
    expect(kept.at(-1)).toBe(4_000);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 4_000 - kept.length + 1 + index));
  });
  const existsWith = (number: number) => readdirSync(folder).some((name) => /^kiosk\.log(\.1)?$/.test(name) && read(name).includes(`"number":${number},`));

  test('last words are there at once', () => {
    mkdirSync(folder);
    appendLastWords(folder, line(7));
    expect(numbersIn(read())).toEqual([7]);
    expect(() => appendLastWords(join(folder, 'none'), line(8))).not.toThrow();
  });
});

describe('when the disk fails', () => {
  test('a folder nobody can make: said once, nothing thrown, and tried again each minute', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    let now = 0;
    const streams: Writable[] = [];
    const file = opened({
      nowMs: () => now,
      open(at) {
        const stream = openRotated(at);
        streams.push(stream);
        return stream;
      },
    });
    for (const minute of [1, 2, 3]) {
      file.write(line(minute));
      await new Promise((resolve) => streams.at(-1)?.once('close', resolve));
      now += 59_999;
      file.write(line(minute));
      expect(streams).toHaveLength(minute);
      now += 1;
    }
    rmSync(folder);
    file.write(line(4));
    await file.end();
    expect(read().split('\n', 1)[0]).toMatch(/"event":"log-lines-missing","lines":6}$/);
    expect(numbersIn(read())).toEqual([undefined, 4]);
    expect(file.failures).toHaveLength(1);
    expect(file.failures[0]).toMatch(/^(ENOTDIR|EEXIST)$/);
  });

  test('a full disk: said once, and the lines that are missing are counted when there is room again', async () => {
    mkdirSync(folder);
    let now = 0;
    let isFull = true;
    const disk = () =>
      new Writable({
        write(chunk: Buffer, _, done) {
          if (isFull) return done(Object.assign(new Error('full'), { code: 'ENOSPC' }));
          appendLastWords(folder, String(chunk));
          done();
        },
      });
    const file = opened({ nowMs: () => now, open: disk });
    file.write(line(1));
    await eventually('it is told', () => file.failures.length === 1);
    file.write(line(2));
    isFull = false;
    file.write(line(3));
    now = 60_000;
    file.write(line(4));
    await file.end();
    const lines = read().trim().split('\n').map((each) => JSON.parse(each) as Record<string, unknown>);
    expect(lines.map(({ event, lines: missing, number }) => [event, missing ?? number])).toEqual([['log-lines-missing', 3], ['something', 4]]);
    expect(file.failures).toEqual(['ENOSPC']);
  });

  test('that fails again after it worked is said again', async () => {
    let now = 0;
    let isFull = false;
    const file = opened({ nowMs: () => now, open: () => new Writable({ write: (_chunk, _encoding, done) => done(isFull ? new Error('full') : null) }) });
    for (const times of [1, 2]) {
      isFull = false;
      file.write(line(1));
      await new Promise(setImmediate);
      isFull = true;
      file.write(line(2));
      await eventually('it is told', () => file.failures.length === times);
      now += 60_000;
    }
  });

  test('a log file that is none', async () => {
    mkdirSync(join(folder, 'kiosk.log'), { recursive: true });
    const file = opened();
    file.write(line(1));
    await eventually('it is told', () => file.failures.length === 1);
    await file.end();
  });

  test('a folder nobody may write into', async () => {
    mkdirSync(folder, { mode: 0o500 });
    // To root only the system itself refuses that.
    const file = opened({ folder: process.getuid?.() === 0 ? '/sys/kernel' : folder });
    file.write(line(1));
    await eventually('it is told', () => file.failures.length === 1);
    expect(file.failures[0]).toMatch(/^(EACCES|EPERM|EROFS)$/);
    await file.end();
  });

  test('one that does not answer: what waits is bounded, and the end does not wait for it', async () => {
    const waiting: (() => void)[] = [];
    const got: string[] = [];
    const file = opened({ open: () => new Writable({ write: (chunk, _, done) => (got.push(String(chunk)), void waiting.push(done)) }) });
    const count = 3_000;
    for (let number = 1; number <= count; number += 1) file.write(line(number, 1_000));
    const start = performance.now();
    await file.end();
    expect(performance.now() - start).toBeLessThan(3_000);
    while (waiting.length > 0) {
      waiting.shift()?.();
      await Promise.resolve();
    }
    const written = got.join('');
    expect(written.length).toBeGreaterThan(900_000);
    expect(written.length).toBeLessThan(1_200_000);
    expect(file.failures).toEqual([]);
  });
});

describe('levels', () => {
  test.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ] as const)('%s and above, on stderr and in the file alike', (from, expected) => {
    const lines: string[] = [];
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    const inFile: string[] = [];
    const logger = createLogger(from, { file: { write: (text) => void inFile.push(text), end: async () => undefined } });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logger.log(level, 'something', { id: 1 });
    stderr.mockRestore();
    expect(lines.map((text) => (JSON.parse(text) as { level: string }).level)).toEqual(expected);
    expect(inFile).toEqual(lines);
  });

  test('a text without end is cut', () => {
    expect(logLine('info', 'something', { text: 'x '.repeat(100_000) }).length).toBeLessThan(5_000);
    expect(logLine('info', 'something', { text: '\0'.repeat(100_000) }).length).toBeLessThan(50_000);
  });
});

test('a stderr that is gone does not end the kiosk, nor keep its file from the log', async () => {
  const script = `
    const { createLogger } = await import(${JSON.stringify(join(ROOT, 'electron', 'log.ts'))});
    const { openLogFile } = await import(${JSON.stringify(join(ROOT, 'electron', 'log', 'log-file.ts'))});
    const file = openLogFile({ folder: ${JSON.stringify(folder)}, onFailure: () => undefined });
    const logger = createLogger('info', { file });
    process.stdin.on('data', async () => {
      for (let number = 1; number <= 50; number += 1) {
        logger.log('info', 'something', { number });
        await new Promise((resolve) => setImmediate(resolve));
      }
      await file.end();
      process.exit(7);
    });
    process.stdout.write('ready');
  `;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.stderr.destroy();
  child.stdin.write('go');
  expect(await ended).toBe(7);
  expect(numbersIn(read())).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
});
