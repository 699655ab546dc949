/** Goal: the command line accepts what its usage says and names the word that is wrong otherwise. */
import { describe, expect, it } from 'vitest';
import { USAGE, VERBS } from '../../electron/cli/grammar.ts';
import { parseCommand } from '../../electron/cli/usage.ts';

const words = (line: string): readonly string[] => (line === '' ? [] : line.split(' '));

describe('accepts', () => {
  it.each([
    ['status', { verb: 'status', json: false }],
    ['list --booth 3 --json', { verb: 'list', boothId: 3, json: true }],
    ['join --booth 3 --user 42', { verb: 'join', boothId: 3, userId: 42, name: null }],
    ['join --booth 3 --name Kim', { name: 'Kim', userId: null }],
    ['call --booth 1 --operation-id 0197F0C2-7d3a-7b1e-9f00-ffffffffffff', { operationId: '0197f0c2-7d3a-7b1e-9f00-ffffffffffff' }],
    ['enter --waiting 9', { verb: 'enter', waitingId: 9 }],
    ['no-show --waiting 9 --operation-id 0197f0c2-7d3a-7b1e-9f00-ffffffffffff', { verb: 'no-show', waitingId: 9, operationId: '0197f0c2-7d3a-7b1e-9f00-ffffffffffff' }],
    ['audit --booth 1 --repair --config /a/b.json', { repair: true, configFile: '/a/b.json' }],
    ['--json reconcile', { verb: 'reconcile', json: true }],
    ['call --booth 1 --user 2 --reason wheelchair --staff Sora', { userId: 2, reason: 'wheelchair', staff: 'Sora' }],
    ['call --booth 1 --count 3 --override --reason rain', { count: 3, override: true, reason: 'rain' }],
    ['put-back --waiting 9 --after-three', { verb: 'put-back', waitingId: 9, afterThree: true }],
    ['undo --waiting 9', { verb: 'undo', waitingId: 9, override: false }],
    ['quarantine list', { verb: 'quarantine', step: 'list' }],
    ['quarantine drop --booth 1 --member x', { step: 'drop', boothId: 1, member: 'x' }],
    ['trace --user 4', { verb: 'trace', userId: 4 }],
    ['clear-day --booth 1', { verb: 'clear-day', boothId: 1, apply: false }],
    ['clear-day --booth 1 --apply --staff Minji', { apply: true, staff: 'Minji' }],
    ['report --date 2026-11-25', { verb: 'report', date: '2026-11-25', boothId: null, csv: null }],
    ['report --date 2026-11-25 --booth 3 --csv -', { boothId: 3, csv: '-' }],
    ['migrate', { verb: 'migrate', grants: null }],
    ['migrate --grants kiosk@10.0.0.%', { verb: 'migrate', grants: 'kiosk@10.0.0.%' }],
  ])('%s', (line, command) => expect(parseCommand(words(line))).toMatchObject({ ok: true, value: command }));
});

describe('names what is wrong in', () => {
  it.each([
    ['', 'No verb'],
    ['dance', '"dance" is not a verb'],
    ['call', 'call needs --booth'],
    ['no-show', 'no-show needs --waiting'],
    ['call --booth x', '--booth must be a positive whole number'],
    ['call --booth 0', '--booth must be'],
    ['call --booth 99999999999999999999', '--booth must be'],
    ['call --booth', '--booth'],
    ['call --booth 1 2', '"2" is one word too many'],
    ['call --booth 1 --user 2', 'it needs --reason'],
    ['call --booth 1 --user 2 --count 3 --reason late', 'either --user or --count'],
    ['call --booth 1 --count 21', '--count must be at most 20'],
    ['call --booth 1 --count 2 --operation-id 0197f0c2-7d3a-7b1e-9f00-ffffffffffff', 'several operations'],
    ['call --booth 1 --override', '--override needs --reason'],
    ['enter --waiting 1 --override --reason x', 'enter does not take --override'],
    ['admit --waiting 1', 'admit needs --reason'],
    ['requeue --waiting 1', 'requeue needs --reason'],
    ['undo', 'undo needs --waiting'],
    ['leave --booth 1', 'leave needs --user'],
    ['put-back --waiting 1 --after-three=3', '--after-three'],
    ['trace', 'either --user or --waiting'],
    ['trace --user 1 --waiting 1', 'either --user or --waiting'],
    ['report', 'report needs --date'],
    ['report --date 2026-02-30', '--date must be a day as 2026-05-21, not "2026-02-30"'],
    ['quarantine', 'quarantine is followed by list, restore, drop'],
    ['quarantine dance', 'quarantine is followed by'],
    ['quarantine restore --booth 1', 'quarantine restore needs --booth and --member'],
    ['quarantine list --member 7', 'quarantine list takes --booth only'],
    ['quarantine list drop', '"drop" is one word too many'],
    [`hold --waiting 1 --staff ${'x'.repeat(41)}`, '--staff must be 1 to 40 characters'],
    [`hold --waiting 1 --reason ${'x'.repeat(201)}`, '--reason must be 1 to 200 characters'],
    ['status --booth 1', 'status does not take --booth'],
    ['join --booth 1', 'either --user, --name or --phone'],
    ['join --booth 1 --user 2 --name K', 'either --user, --name or --phone'],
    ['call --booth 1 --operation-id 7', '--operation-id'],
    ['call --boot 1', '--boot'],
    ['migrate --grants', '--grants'],
    ['status --grants kiosk', 'status does not take --grants'],
  ])('%j', (line, sentence) => {
    const command = parseCommand(words(line));
    expect(command).toMatchObject({ ok: false, error: { code: 'USAGE' } });
    if (!command.ok) expect(command.error.message).toContain(sentence);
  });
});

it('documents every verb', () => {
  for (const verb of VERBS) expect(USAGE).toContain(`\n  ${verb}`);
});
