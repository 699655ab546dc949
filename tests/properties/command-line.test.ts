/** Goal: any words on the command line are a command or a sentence that says what is wrong. Method: random words, and real lines. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PHASE_CHANGES } from '../../shared/snapshot.ts';
import { VERBS } from '../../electron/cli/grammar.ts';
import { type Command, parseCommand } from '../../electron/cli/usage.ts';

const OPTIONS = ['--booth', '--user', '--waiting', '--name', '--phone', '--repair', '--operation-id', '--json', '--config', '--staff', '--reason', '--override', '--count', '--after-three', '--member', '--open', '--last-call', '--pause', '--resume', '--close', '--apply', '--date', '--csv'];
const aWord = fc.oneof(
  fc.constantFrom(...VERBS),
  fc.constantFrom(...OPTIONS),
  fc.constantFrom('--booth=9007199254740993', '--waiting=9007199254740993', '--', '-', '-x', '--booth=', '--json=1', '--no-json', '--name=-', '--__proto__', '--constructor=1', '-0', '1e3', '0x10', ' 7', '07', '1.0', '٣', '9007199254740993'),
  fc.integer().map(String),
  fc.string({ unit: 'binary' }),
);
const RUNS = { numRuns: 1_000 };

test('any words: never an exception, and a refusal is one sentence', () => {
  fc.assert(
    fc.property(fc.array(aWord, { maxLength: 9 }), (words) => {
      const command = parseCommand(words);
      if (command.ok) return;
      expect(command.error.code).toBe('USAGE');
      expect(command.error.message).toMatch(/\S[^]*\.$/u);
    }),
    RUNS,
  );
});

test('what is accepted carries what its verb needs, and ids that are exact', () => {
  fc.assert(
    fc.property(fc.array(aWord, { maxLength: 7 }), fc.constantFrom(...VERBS), (words, verb) => {
      const command = parseCommand([verb, ...words]);
      if (!command.ok) return;
      const { boothId, userId, waitingId, operationId, count, override, reason, staff } = command.value;
      for (const id of [boothId, userId, waitingId, count]) if (id !== null) expect(Number.isSafeInteger(id) && id > 0 && words.some((word) => word.includes(String(id)))).toBe(true);
      if (['list', 'join', 'leave', 'call', 'booth', 'audit'].includes(verb)) expect(boothId).not.toBeNull();
      if (['enter', 'complete', 'undo', 'put-back', 'admit'].includes(verb)) expect(waitingId).not.toBeNull();
      if (override || verb === 'admit' || (verb === 'call' && userId !== null)) expect(reason).not.toBeNull();
      for (const text of [reason, staff]) if (text !== null) expect(text.trim()).not.toBe('');
      if (operationId !== null) expect(operationId).toMatch(/^[0-9a-f-]{36}$/);
    }),
    RUNS,
  );
});

test('every command that makes sense comes back from its words, in any order', () => {
  const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  const text = fc.string({ unit: 'binary', minLength: 1 });
  const none = { step: null, boothId: null, userId: null, waitingId: null, name: null, phone: null, repair: false, operationId: null, grants: null, staff: null, reason: null, override: false, count: null, afterThree: false, member: null, change: null, apply: false, date: null, csv: null } as const;
  const base = Object.fromEntries(Object.entries(none).map(([field, value]) => [field, fc.constant(value)])) as { [F in keyof typeof none]: fc.Arbitrary<(typeof none)[F]> };
  const line = fc.stringMatching(/^[a-z가-힣][a-z가-힣 ]{0,30}[a-z가-힣]$/u);
  const shared = { json: fc.boolean(), configFile: fc.option(text, { nil: null }) };
  const asked = { operationId: fc.option(fc.uuid(), { nil: null }), staff: fc.option(line, { nil: null }), reason: fc.option(line, { nil: null }) };
  const aCommand: fc.Arbitrary<Command> = fc.oneof(
    fc.record({ ...base, ...shared, verb: fc.constantFrom('status', 'reconcile', 'check') }),
    fc.record({ ...base, ...shared, verb: fc.constant('trace'), userId: id }),
    fc.record({ ...base, ...shared, ...asked, verb: fc.constant('leave'), boothId: id, userId: id }),
    fc.record({ ...base, ...shared, ...asked, verb: fc.constant('call'), boothId: id, userId: id, reason: line, override: fc.boolean() }),
    fc.record({ ...base, ...shared, verb: fc.constant('call'), boothId: id, count: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ ...base, ...shared, ...asked, verb: fc.constant('put-back'), waitingId: id, afterThree: fc.boolean() }),
    fc.record({ ...base, ...shared, ...asked, verb: fc.constantFrom('admit', 'undo'), waitingId: id, reason: line, override: fc.boolean() }),
    fc.record({ ...base, ...shared, verb: fc.constant('booth'), boothId: id, change: fc.constantFrom(...PHASE_CHANGES), reason: line, staff: asked.staff }),
    fc.record({ ...base, ...shared, verb: fc.constant('quarantine'), step: fc.constantFrom('restore', 'drop'), boothId: id, member: text, staff: fc.option(line, { nil: null }) }),
    fc.record({ ...base, ...shared, verb: fc.constant('report'), date: fc.constant('2026-11-25'), boothId: fc.option(id, { nil: null }), csv: fc.option(text, { nil: null }) }),
    fc.record({ ...base, ...shared, verb: fc.constant('clear-day'), boothId: id, apply: fc.boolean(), staff: fc.option(line, { nil: null }), reason: fc.option(line, { nil: null }) }),
    fc.record({ ...base, ...shared, verb: fc.constant('audit'), boothId: id, repair: fc.boolean() }),
    fc.record({ ...base, ...shared, ...asked, verb: fc.constant('join'), boothId: id, userId: id }),
    fc.record({ ...base, ...shared, ...asked, verb: fc.constant('join'), boothId: id, name: text }),
    fc.record({ ...base, ...shared, ...asked, verb: fc.constant('join'), boothId: id, phone: text }),
    fc.record({ ...base, ...shared, ...asked, verb: fc.constantFrom('enter', 'complete', 'no-show', 'cancel', 'hold', 'recall', 'undo'), waitingId: id }),
  );
  fc.assert(
    fc.property(aCommand, fc.boolean(), (command, verbLast) => {
      const given: (string | null)[] = [
        command.boothId === null ? null : `--booth=${command.boothId}`,
        command.userId === null ? null : `--user=${command.userId}`,
        command.waitingId === null ? null : `--waiting=${command.waitingId}`,
        command.name === null ? null : `--name=${command.name}`,
        command.phone === null ? null : `--phone=${command.phone}`,
        command.operationId === null ? null : `--operation-id=${command.operationId.toUpperCase()}`,
        command.configFile === null ? null : `--config=${command.configFile}`,
        command.staff === null ? null : `--staff=${command.staff}`,
        command.reason === null ? null : `--reason=${command.reason}`,
        command.count === null ? null : `--count=${command.count}`,
        command.member === null ? null : `--member=${command.member}`,
        command.date === null ? null : `--date=${command.date}`,
        command.csv === null ? null : `--csv=${command.csv}`,
        command.override ? '--override' : null,
        command.change === null ? null : `--${command.change}`,
        command.apply ? '--apply' : null,
        command.afterThree ? '--after-three' : null,
        command.repair ? '--repair' : null,
        command.json ? '--json' : null,
      ];
      const words = given.filter((word) => word !== null);
      const verb = command.step === null ? [command.verb] : [command.verb, command.step];
      expect(parseCommand(verbLast ? [...words, ...verb] : [...verb, ...words.toReversed()])).toEqual({ ok: true, value: command });
    }),
    RUNS,
  );
});
