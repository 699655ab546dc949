/**
 * The command line's grammar: verbs, their options, and one sentence for whatever is wrong with them.
 */
import { parseArgs } from 'node:util';
import { type Result, fail, ok } from '../../shared/errors.ts';

export const VERBS = ['status', 'join', 'call', 'enter', 'complete', 'no-show', 'list', 'reconcile', 'audit', 'migrate'] as const;
export type Verb = (typeof VERBS)[number];

export interface Command {
  readonly verb: Verb;
  readonly json: boolean;
  readonly configFile: string | null;
  readonly boothId: number | null;
  readonly userId: number | null;
  readonly waitingId: number | null;
  readonly name: string | null;
  readonly repair: boolean;
  /** Asks again what became of an earlier request. */
  readonly operationId: string | null;
  /** Whose rights to print, as typed: USER or USER@HOST. */
  readonly grants: string | null;
}

export const USAGE = `Usage: ops VERB [options] [--json] [--config FILE]

  status                                     both stores, open locks, all booths
  list      --booth B                        who waits, is called, is inside
  join      --booth B (--user U | --name T)  add a visitor to the queue
  call      --booth B                        call the next visitor
  enter     --waiting W                      a called visitor is inside
  complete  --waiting W                      a visitor inside has left
  no-show   --waiting W                      a called visitor did not come
  reconcile                                  one pass: settle every open lock, recount
  audit     --booth B [--repair]             evaluate what must always hold
  migrate                                    prepare the database for this version, as its administrator
            [--grants USER[@HOST]]           print the rights a kiosk's account needs, as SQL

  --operation-id ID   join, call, enter, complete, no-show: ask again safely what became of a request
Exit codes: 0 done (audit: whatever it found, see "ok"), 2 usage or settings, 3 refused by a rule, 4 a store unreachable or not usable,
5 outcome not known yet, 1 a defect of the program.
`;

type Option = 'booth' | 'user' | 'waiting' | 'name' | 'repair' | 'operation-id' | 'grants';
const REQUIRED: Readonly<Record<Verb, readonly Option[]>> = {
  status: [], list: ['booth'], join: ['booth'], call: ['booth'], enter: ['waiting'], complete: ['waiting'], 'no-show': ['waiting'], reconcile: [], audit: ['booth'], migrate: [],
};
const OPTIONAL: Readonly<Record<Verb, readonly Option[]>> = {
  status: [], list: [], join: ['user', 'name', 'operation-id'], call: ['operation-id'], enter: ['operation-id'], complete: ['operation-id'], 'no-show': ['operation-id'], reconcile: [], audit: ['repair'], migrate: ['grants'],
};

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
  if (rest.length > 0) return fail('USAGE', `"${rest[0]}" is one word too many.`);

  const allowed = [...REQUIRED[verb], ...OPTIONAL[verb], 'json', 'config'];
  const stray = Object.keys(values).find((option) => !allowed.includes(option));
  if (stray !== undefined) return fail('USAGE', `${verb} does not take --${stray}.`);
  const missing = REQUIRED[verb].find((option) => values[option] === undefined);
  if (missing !== undefined) return fail('USAGE', `${verb} needs --${missing}.`);
  if (verb === 'join' && (values.user === undefined) === (values.name === undefined)) return fail('USAGE', 'join needs either --user or --name.');
  if (values['operation-id'] !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(values['operation-id'].toLowerCase())) {
    return fail('USAGE', '--operation-id must be the id an earlier answer gave.');
  }
  return withIds(verb, values);
}

function withIds(verb: Verb, values: ReturnType<typeof parse>['values']): Result<Command> {
  const ids: Record<'booth' | 'user' | 'waiting', number | null> = { booth: null, user: null, waiting: null };
  for (const option of ['booth', 'user', 'waiting'] as const) {
    const text = values[option];
    if (text === undefined) continue;
    if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(Number(text))) return fail('USAGE', `--${option} must be a positive whole number, not "${text}".`);
    ids[option] = Number(text);
  }
  return ok({
    verb,
    json: values.json ?? false,
    configFile: values.config ?? null,
    boothId: ids.booth,
    userId: ids.user,
    waitingId: ids.waiting,
    name: values.name ?? null,
    repair: values.repair ?? false,
    operationId: values['operation-id']?.toLowerCase() ?? null,
    grants: values.grants ?? null,
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
      repair: { type: 'boolean' },
      'operation-id': { type: 'string' },
      grants: { type: 'string' },
    },
  });
}

function isVerb(text: string): text is Verb {
  return (VERBS as readonly string[]).includes(text);
}
