/**
 * From the words of the command line to a command, or one sentence for whatever is wrong with them.
 */
import { parseArgs } from 'node:util';
import { type Result, fail, ok } from '../../shared/errors.ts';
import { isDay } from '../../shared/festival-day.ts';
import { REASON_MAX_CHARS, STAFF_MAX_CHARS } from '../../shared/limits.ts';
import type { PhaseChange } from '../../shared/snapshot.ts';
import { isVisitKind, transitionOf } from '../core/waiting.ts';
import { BOOTH_CHANGES, formOf, GRAMMAR, type Option, type Verb, VERBS } from './grammar.ts';

export interface Command {
  readonly verb: Verb;
  /** The second word, of verbs that have one. */
  readonly step: string | null;
  readonly json: boolean;
  readonly configFile: string | null;
  readonly boothId: number | null;
  readonly userId: number | null;
  readonly waitingId: number | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly repair: boolean;
  /** Asks again what became of an earlier request. */
  readonly operationId: string | null;
  /** Whose rights to print, as typed: USER or USER@HOST. */
  readonly grants: string | null;
  readonly staff: string | null;
  readonly reason: string | null;
  /** A supervisor lets one more in than there is room for. */
  readonly override: boolean;
  readonly count: number | null;
  readonly afterThree: boolean;
  readonly member: string | null;
  /** What `booth` makes of one. */
  readonly change: PhaseChange | null;
  readonly apply: boolean;
  /** A day of the calendar. */
  readonly date: string | null;
  /** A file to write, or `-` for stdout. */
  readonly csv: string | null;
}

type Values = ReturnType<typeof parse>['values'];

/** Parses the arguments after the program's name. USAGE names the word that is wrong. */
export function parseCommand(args: readonly string[]): Result<Command> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return fail('USAGE', error instanceof Error ? `${error.message.split('. ')[0] ?? 'The command line is wrong'}.` : 'The command line is wrong.');
  }
  const { values, positionals } = parsed;
  const [verb, ...rest] = positionals;
  if (verb === undefined) return fail('USAGE', `No verb given; known are ${VERBS.join(', ')}.`);
  if (!isVerb(verb)) return fail('USAGE', `"${verb}" is not a verb; known are ${VERBS.join(', ')}.`);
  const { needs, takes, steps } = formOf(verb);
  const step = steps === undefined ? null : (rest.shift() ?? '');
  if (step !== null && steps?.includes(step) !== true) return fail('USAGE', `${verb} is followed by ${steps?.join(', ') ?? ''}.`);
  if (rest.length > 0) return fail('USAGE', `"${rest[0]}" is one word too many.`);

  const allowed: readonly string[] = [...needs, ...takes, 'json', 'config'];
  const stray = Object.keys(values).find((option) => !allowed.includes(option));
  if (stray !== undefined) return fail('USAGE', `${verb} does not take --${stray}.`);
  const missing = needs.find((option) => values[option] === undefined);
  if (missing !== undefined) return fail('USAGE', `${verb} needs --${missing}.`);
  const problem = whatDoesNotFit(verb, step, values) ?? wrongText(values);
  return problem === null ? withNumbers(verb, step, values) : fail('USAGE', problem);
}

/** What a verb's options must be together. */
function whatDoesNotFit(verb: Verb, step: string | null, values: Values): string | null {
  const has = (option: Option): boolean => values[option] !== undefined;
  if (verb === 'join' && (['user', 'name', 'phone'] as const).filter(has).length !== 1) return 'join needs either --user, --name or --phone.';
  if (verb === 'trace' && has('user') === has('waiting')) return 'trace needs either --user or --waiting.';
  if (verb === 'call' && has('user') && has('count')) return 'call takes either --user or --count.';
  if (verb === 'call' && has('count') && has('operation-id')) return 'call --count makes several operations: it cannot be asked again by one --operation-id.';
  if (verb === 'call' && has('user') && !has('reason')) return 'call --user calls out of turn: it needs --reason.';
  if (has('override') && !has('reason')) return '--override needs --reason.';
  if (isVisitKind(verb) && transitionOf(verb).needsReason === true && !has('reason')) return `${verb} needs --reason.`;
  if (verb === 'booth') {
    if (BOOTH_CHANGES.filter(has).length !== 1) return `booth needs one of ${BOOTH_CHANGES.map((change) => `--${change}`).join(', ')}.`;
    return has('pause') && !has('reason') ? 'booth --pause needs --reason.' : null;
  }
  if (verb !== 'quarantine') return null;
  if (step === 'list') return has('member') || has('staff') ? 'quarantine list takes --booth only.' : null;
  return has('booth') && has('member') ? null : `quarantine ${step} needs --booth and --member.`;
}

function wrongText(values: Values): string | null {
  const id = values['operation-id'];
  if (id !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id.toLowerCase())) return '--operation-id must be the id an earlier answer gave.';
  if (values.date !== undefined && !isDay(values.date)) return `--date must be a day as 2026-05-21, not "${values.date}".`;
  if (values.csv === '') return '--csv must name a file, or be - to print.';
  for (const [option, max] of [['staff', STAFF_MAX_CHARS], ['reason', REASON_MAX_CHARS]] as const) {
    const text = values[option];
    if (text !== undefined && (text.trim() === '' || [...text].length > max || /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text))) return `--${option} must be 1 to ${max} characters on one line.`;
  }
  return null;
}

const SEVERAL_MAX = 20;

function withNumbers(verb: Verb, step: string | null, values: Values): Result<Command> {
  const numbers: Record<'booth' | 'user' | 'waiting' | 'count', number | null> = { booth: null, user: null, waiting: null, count: null };
  for (const option of ['booth', 'user', 'waiting', 'count'] as const) {
    const text = values[option];
    if (text === undefined) continue;
    if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(Number(text))) return fail('USAGE', `--${option} must be a positive whole number, not "${text}".`);
    numbers[option] = Number(text);
  }
  if (numbers.count !== null && numbers.count > SEVERAL_MAX) return fail('USAGE', `--count must be at most ${SEVERAL_MAX}.`);
  return ok({
    verb,
    step,
    json: values.json ?? false,
    configFile: values.config ?? null,
    boothId: numbers.booth,
    userId: numbers.user,
    waitingId: numbers.waiting,
    name: values.name ?? null,
    phone: values.phone ?? null,
    repair: values.repair ?? false,
    operationId: values['operation-id']?.toLowerCase() ?? null,
    grants: values.grants ?? null,
    staff: values.staff?.trim() ?? null,
    reason: values.reason?.trim() ?? null,
    override: values.override ?? false,
    count: numbers.count,
    afterThree: values['after-three'] ?? false,
    member: values.member ?? null,
    change: BOOTH_CHANGES.find((change) => values[change] === true) ?? null,
    apply: values.apply ?? false,
    date: values.date ?? null,
    csv: values.csv ?? null,
  });
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      config: { type: 'string' },
      booth: { type: 'string' },
      user: { type: 'string' },
      waiting: { type: 'string' },
      name: { type: 'string' },
      phone: { type: 'string' },
      repair: { type: 'boolean' },
      'operation-id': { type: 'string' },
      grants: { type: 'string' },
      staff: { type: 'string' },
      reason: { type: 'string' },
      override: { type: 'boolean' },
      count: { type: 'string' },
      'after-three': { type: 'boolean' },
      member: { type: 'string' },
      open: { type: 'boolean' },
      'last-call': { type: 'boolean' },
      pause: { type: 'boolean' },
      resume: { type: 'boolean' },
      close: { type: 'boolean' },
      apply: { type: 'boolean' },
      date: { type: 'string' },
      csv: { type: 'string' },
    },
  });
}

function isVerb(text: string): text is Verb {
  return Object.hasOwn(GRAMMAR, text);
}
