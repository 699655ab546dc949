/** Goal: the command line on the embedded stores: the same verbs, what it did last time is still there, one process at a time. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dayOf } from '../../shared/festival-day.ts';
import { createSqliteLedger } from '../../electron/stores/embedded/sqlite-ledger.ts';
import { type CliAnswer, runCli, withoutKioskSettings } from '../support/run-cli.ts';
import { runCliHere } from '../support/run-cli-here.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kiosk-cli-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = (): NodeJS.ProcessEnv => ({ ...withoutKioskSettings(), KIOSK_DATA_DIR: folder });
const cli = (line: string): Promise<CliAnswer> => runCliHere(line, environment());

it('keeps queue, visits and count from one command to the next', async () => {
  const process = (line: string): Promise<CliAnswer> => runCli(line, environment());
  const kim = await process('join --booth 1 --name 김민지');
  expect(kim).toMatchObject({ code: 0, json: { position: 1, waiting: 1, number: 1 }, stderr: '' });
  const lee = await process('join --booth 1 --name Lee');
  expect(lee).toMatchObject({ code: 0, json: { position: 2, waiting: 2, number: 2 } });
  const called = await process('call --booth 1');
  expect(called).toMatchObject({ code: 0, json: { userId: kim.json['userId'] } });
  const again = await process(`call --booth 1 --operation-id ${called.json['operationId']}`);
  expect(again).toMatchObject({ code: 0, json: { userId: kim.json['userId'], waitingId: called.json['waitingId'] } });
  expect(await process(`enter --waiting ${called.json['waitingId']}`)).toMatchObject({ code: 0 });
  expect(await process('status')).toMatchObject({ code: 0, json: { booths: [{ id: 1, inside: 1, current: 1, waiting: 1 }] } });
  expect(await process(`complete --waiting ${called.json['waitingId']}`)).toMatchObject({ code: 0 });
  expect(await process(`complete --waiting ${called.json['waitingId']}`)).toMatchObject({ code: 3, json: { error: { code: 'INVALID_STATUS' } } });
  expect(await process('list --booth 1')).toMatchObject({ code: 0, json: { waiting: [{ userId: lee.json['userId'], name: 'Lee', number: 2 }], called: [], inside: [] } });
  expect(await process('audit --booth 1')).toMatchObject({ code: 0, json: { ok: true } });
});

it('reports a day, as figures and as CSV, without a name', async () => {
  await cli('join --booth 1 --name 김민지');
  const called = await cli('call --booth 1');
  expect(called.code).toBe(0);
  const today = dayOf(Date.now(), 'Asia/Seoul');
  const report = await cli(`report --date ${today}`);
  expect(report).toMatchObject({ code: 0, json: { date: today, timeZone: 'Asia/Seoul', unreadable: [], booths: [{ boothId: 1, called: 1, entered: 0, left: 0, hours: [{ called: 1 }] }] } });
  const printed = await cli(`report --date ${today} --booth 1 --csv -`);
  expect(printed.json['csv']).toMatch(new RegExp(`^date,booth,booth_name,hour,[a-z0-9_,]+\r\n${today},1,체험 부스,\\d+,1,0,0,0,0,0,\\d+,\\d+,\r\n${today},1,체험 부스,all,1,.*,0\r\n$`));
  const file = join(folder, 'day.csv');
  expect(await cli(`report --date ${today} --csv ${file}`)).toMatchObject({ code: 0, json: { file, booths: 1 } });
  expect(readFileSync(file, 'utf8')).toBe(`\uFEFF${String(printed.json['csv'])}`);
  expect(JSON.stringify(report.json) + String(printed.json['csv'])).not.toContain('김');
  expect(await cli('report --date 2020-01-01')).toMatchObject({ code: 0, json: { booths: [{ called: 0, left: null, hours: [] }] } });
  expect(await cli(`report --date ${today} --booth 9`)).toMatchObject({ code: 3, json: { error: { code: 'BOOTH_NOT_FOUND' } } });
  expect(await cli(`report --date ${today} --csv ${folder}`)).toMatchObject({ code: 2, json: { error: { code: 'USAGE' } } });
});

it('refuses while a kiosk holds the stores, and says so', async () => {
  const holder = createSqliteLedger({ file: join(folder, 'booth.sqlite'), timeZone: 'Asia/Seoul', now: () => Date.now() });
  await holder.prepare();
  expect(await runCli('status', environment())).toMatchObject({ code: 4, json: { error: { code: 'STORE_HELD' } } });
  await holder.close();
  expect((await cli('status')).code).toBe(0);
});

it('leaves a corrupt history alone and names the file', async () => {
  writeFileSync(join(folder, 'booth.sqlite'), 'this is not a database, and longer than a header of one hundred bytes would have to be to be read'.repeat(3));
  expect(await cli('status')).toMatchObject({ code: 4, json: { error: { code: 'LEDGER_UNFIT', message: expect.stringMatching(/booth\.sqlite cannot be used: it is damaged, or no database/) } } });
});
