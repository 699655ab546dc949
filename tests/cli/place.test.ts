/**
 * Goal: the command line ends with exit code 4 and a sentence that names what is wrong and where, whatever place it is run in, and
 * leaves the place as it was. Held stores and a file that is no database at all: embedded.test.ts. Refused, wrong password: servers.test.ts.
 * Method: the command line, on servers of the wrong kind in this process and as one of its own on files and folders it may not use.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RealFestival, startFestival } from '../support/real-festival.ts';
import { type CliAnswer, runCli, withoutKioskSettings } from '../support/run-cli.ts';
import { closingServer, mysqlOfVersion, redisOfVersion, silentServer, type Stranger, webServer } from '../support/strangers.ts';

const SECRET = 'geheim';

describe('servers', () => {
  let festival: RealFestival;
  const strangers: Stranger[] = [];
  beforeAll(async () => {
    festival = await startFestival({ visitors: 2 });
  });
  afterAll(() => festival.close());
  afterEach(async () => {
    for (const stranger of strangers.splice(0)) await stranger.close();
  });

  const cases: readonly (readonly [string, () => Promise<Stranger>, 'redis' | 'mysql', string, string])[] = [
    ['a web server', webServer, 'redis', 'QUEUE_STORE_UNFIT', 'is not a Redis server'],
    ['a web server', webServer, 'mysql', 'LEDGER_UNREACHABLE', 'does not answer as a MySQL or MariaDB server'],
    ['a server that says nothing', silentServer, 'redis', 'QUEUE_STORE_UNREACHABLE', 'does not answer'],
    ['a server that says nothing', silentServer, 'mysql', 'LEDGER_UNREACHABLE', 'does not answer'],
    ['a server that closes at once', closingServer, 'mysql', 'LEDGER_UNREACHABLE', 'the connection was closed'],
    ['Redis 6.2', () => redisOfVersion('6.2.14'), 'redis', 'QUEUE_STORE_UNFIT', 'Redis 6.2.14'],
    ['MySQL 5.7', () => mysqlOfVersion('5.7.44'), 'mysql', 'LEDGER_UNFIT', 'MySQL 5.7.44 is too old'],
  ];
  it.each(cases)('%s', async (_what, make, protocol, code, sentence) => {
    const stranger = await make();
    strangers.push(stranger);
    const url = `${protocol}://kiosk:${SECRET}@127.0.0.1:${stranger.port}${protocol === 'mysql' ? '/festival' : ''}`;
    const environment = festival.environment(protocol === 'redis' ? { redisUrl: url } : { mysqlUrl: url });
    for (const line of ['status', 'call --booth 1']) {
      const answer = await festival.cli(line, environment);
      expect(answer).toMatchObject({ code: 4, json: { error: { code, message: expect.stringContaining(sentence) } } });
      expect(JSON.stringify(answer)).not.toContain(SECRET);
    }
    expect(await festival.judge()).toMatchObject({ lost: [], twice: [], locks: [] });
  });

  it('a host that has no name', async () => {
    const nowhere = festival.environment({ redisUrl: `redis://:${SECRET}@no-such-host.invalid:6379`, mysqlUrl: `mysql://kiosk:${SECRET}@no-such-host.invalid/festival` });
    const answer = await festival.cli('status', nowhere);
    expect(answer).toMatchObject({ code: 4, json: { stores: [{ problem: { message: expect.stringContaining('no-such-host.invalid') } }, { problem: { message: expect.stringContaining('no-such-host.invalid') } }] } });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });
});

describe('the data folder', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-place-'));
    file = join(folder, 'booth.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const environment = (): NodeJS.ProcessEnv => ({ ...withoutKioskSettings(), KIOSK_DATA_DIR: folder });
  const cli = (line: string): Promise<CliAnswer> => runCli(line, environment());
  const unfit = (sentence: string) => ({ code: 4, json: { error: { code: 'LEDGER_UNFIT', message: expect.stringContaining(sentence) } } });

  it('holds a history with damage in its middle: named, and left as it was', async () => {
    expect(await cli('join --booth 1 --name Kim')).toMatchObject({ code: 0 });
    const bytes = readFileSync(file);
    bytes.fill(0x5a, Math.floor(bytes.length / 4), Math.floor(bytes.length / 2));
    writeFileSync(file, bytes);
    for (const line of ['status', 'call --booth 1']) expect(await cli(line)).toMatchObject(unfit(`${file} cannot be used: it is damaged`));
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('holds a history another program has locked: said so, and served once it is free', async () => {
    expect(await cli('join --booth 1 --name Kim')).toMatchObject({ code: 0 });
    const program = "const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(process.argv[1]); db.exec('BEGIN EXCLUSIVE'); console.log('held'); process.stdin.resume()";
    const holder = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '-e', program, file], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await once(holder.stdout, 'data');
      expect(await cli('call --booth 1')).toMatchObject({ code: 4, json: { error: { code: 'STORE_HELD', message: expect.stringContaining(file) } } });
    } finally {
      const gone = once(holder, 'exit');
      holder.kill('SIGKILL');
      await gone;
    }
    expect(await cli('call --booth 1')).toMatchObject({ code: 0 });
  });

  it.each([
    ['a folder nobody may write to', 'cannot be opened or created there', () => chmodSync(folder, 0o555)],
    ['a folder nobody may look into', 'cannot be opened or created there', () => chmodSync(folder, 0o000)],
    ['a read-only file', 'it is read-only', () => chmodSync(file, 0o444)],
  ])('is %s', async (what, sentence, spoil) => {
    if (what.endsWith('file')) expect(await cli('join --booth 1 --name Kim')).toMatchObject({ code: 0 });
    give(folder);
    spoil();
    expect(await asNobody('status', environment())).toMatchObject(unfit(sentence));
  });

  it('cannot be made: its parent is a file', async () => {
    writeFileSync(join(folder, 'not-a-folder'), '');
    const answer = await runCli('status', { ...environment(), KIOSK_DATA_DIR: join(folder, 'not-a-folder', 'data') });
    expect(answer).toMatchObject({ code: 4, json: { error: { message: expect.stringMatching(/not-a-folder.data cannot be created \(ENOTDIR\)/) } } });
  });
});

/** root may write everywhere; what permissions do is seen by a user who owns only the folder. */
const NOBODY = process.getuid?.() === 0 ? 65_534 : undefined;

function give(folder: string): void {
  if (NOBODY === undefined) return;
  chownSync(folder, NOBODY, NOBODY);
  for (const name of ['booth.sqlite', 'booth.sqlite-wal', 'booth.sqlite-shm']) {
    if (statSync(join(folder, name), { throwIfNoEntry: false })) chownSync(join(folder, name), NOBODY, NOBODY);
  }
}

/** The command line from a place that user may read. */
async function asNobody(verb: string, env: NodeJS.ProcessEnv): Promise<{ readonly code: number; readonly json: unknown }> {
  const place = mkdtempSync(join(tmpdir(), 'kiosk-cli-copy-'));
  try {
    chmodSync(place, 0o755);
    cpSync(fileURLToPath(new URL('../../dist/main', import.meta.url)), place, { recursive: true });
    writeFileSync(join(place, 'package.json'), '{"type":"module"}');
    const node = join(place, 'node');
    cpSync(process.execPath, node, { dereference: true });
    return await new Promise((resolve) => {
      execFile(node, ['--disable-warning=ExperimentalWarning', join(place, 'cli.js'), verb, '--json'], { env, cwd: place, ...(NOBODY === undefined ? {} : { uid: NOBODY, gid: NOBODY }) }, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), json: stdout.startsWith('{') ? JSON.parse(stdout) : `${stdout}${stderr}` });
      });
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
