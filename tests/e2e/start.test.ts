/**
 * `npm start` around the program: which Electron, which screen, what is passed on, and that nothing stays behind.
 * Method: a program in Electron's place that writes down how it was started.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/find-program.mjs';

const START = join(ROOT, 'tests', 'support', 'start.mjs');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-start-'));
  const program = join(folder, 'electron');
  // Says how it was started, then lives until it is told to end, or exits at once with the code it is given.
  writeFileSync(
    program,
    `#!${process.execPath}
    const args = process.argv.slice(2);
    process.on('SIGTERM', () => process.exit(0));
    console.log(JSON.stringify({ pid: process.pid, args, display: process.env.DISPLAY ?? null }));
    const code = args.find((arg) => arg.startsWith('--exit='));
    if (code) process.exit(Number(code.slice(7)));
    setInterval(() => undefined, 1000);
    `,
  );
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly code: Promise<number | null>;
}

function start(args: string[], env: Record<string, string>): Run {
  const child = spawn(process.execPath, [START, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = once(child, 'close').then(([exitCode]) => exitCode as number | null);
  return { child, stdout: () => stdout, stderr: () => stderr, code };
}

async function said(run: Run): Promise<{ pid: number; args: string[]; display: string | null }> {
  await expect.poll(run.stdout, { timeout: 10_000 }).toContain('\n');
  return JSON.parse(run.stdout()) as { pid: number; args: string[]; display: string | null };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.runIf(process.platform === 'linux')('npm start', () => {
  it('says in one sentence what is missing when there is neither display nor Xvfb', async () => {
    const run = start([], { PATH: folder });
    expect(await run.code).toBe(2);
    expect(run.stderr().trim().split('\n')).toHaveLength(1);
    expect(run.stderr()).toContain('xvfb');
  });

  it('passes arguments to the program and its exit code back', async () => {
    const run = start(['--demo', '--exit=7'], { PATH: '', DISPLAY: ':none', ELECTRON_OVERRIDE_DIST_PATH: folder });
    const { args, display } = await said(run);
    expect(args.slice(-3)).toEqual([ROOT, '--demo', '--exit=7']);
    expect(display).toBe(':none');
    expect(await run.code).toBe(7);
  });

  it('brings a screen where there is none', async () => {
    const run = start(['--exit=0'], { PATH: process.env['PATH'] ?? '', ELECTRON_OVERRIDE_DIST_PATH: folder });
    expect((await said(run)).display).toMatch(/^:\d+$/);
    expect(await run.code).toBe(0);
    expect(run.stderr()).toContain('no display');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends the program on %s', async (signal) => {
    const run = start([], { PATH: '', DISPLAY: ':none', ELECTRON_OVERRIDE_DIST_PATH: folder });
    const { pid } = await said(run);
    run.child.kill(signal);
    expect(await run.code).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('ends the program when whoever started it is gone', async () => {
    const script = `"${process.execPath}" "${START}"; true`;
    const shell = spawn('/bin/sh', ['-c', script], { env: { DISPLAY: ':none', ELECTRON_OVERRIDE_DIST_PATH: folder }, stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    await expect.poll(() => stdout, { timeout: 10_000 }).toContain('\n');
    const { pid } = JSON.parse(stdout) as { pid: number };
    shell.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });
});
