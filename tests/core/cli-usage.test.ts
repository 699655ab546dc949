/** Goal: the command line accepts what its usage says and names the word that is wrong otherwise. */
import { describe, expect, it } from 'vitest';
import { parseCommand, USAGE, VERBS } from '../../electron/cli/usage.ts';

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
    ['call --booth 1 --user 2', 'call does not take --user'],
    ['status --booth 1', 'status does not take --booth'],
    ['join --booth 1', 'either --user or --name'],
    ['join --booth 1 --user 2 --name K', 'either --user or --name'],
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
