/**
 * The border: what the screen sends is data of unknown shape until one of these schemas has accepted it.
 */
import * as v from 'valibot';
import { isRequestChannel } from '../shared/channel-names.ts';
import type { AskedNote, RequestChannel, Requests } from '../shared/channels.ts';
import { fail, type Result } from '../shared/errors.ts';
import { isDay } from '../shared/festival-day.ts';
import { CALLS_AT_ONCE_MAX, MIN_VOLUME, NICKNAME_MAX_CHARS, REASON_MAX_CHARS, STAFF_MAX_CHARS } from '../shared/limits.ts';
import { PHONE_MAX_DIGITS, PHONE_MIN_DIGITS } from '../shared/phone-digits.ts';
import { PHASE_CHANGES } from '../shared/snapshot.ts';
import { transitionOf, VISIT_TRANSITIONS, type VisitKind } from './core/waiting.ts';
import type { Handlers } from './kiosk.ts';
import { KIOSK_ID, MYSQL_URL, REDIS_URL } from './settings-schema.ts';

const URL_MAX_CHARS = 1024;
/** A field that does not exist has whatever name the screen gave it. */
const FIELD_SHOWN_CHARS = 60;

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const language = v.picklist(['ko', 'en']);
const wellFormed = v.check((text: string) => text.isWellFormed(), 'well-formed text');
const name = v.pipe(
  v.string(),
  wellFormed,
  // Counted as the history's column counts: by code point, not by UTF-16 unit.
  v.check((text) => [...text].length <= NICKNAME_MAX_CHARS, `at most ${NICKNAME_MAX_CHARS} characters`),
);
/** As the screen sends it; how people write it is the screen's affair. */
const phone = v.pipe(v.string(), v.regex(new RegExp(`^\\d{${PHONE_MIN_DIGITS},${PHONE_MAX_DIGITS}}$`), `${PHONE_MIN_DIGITS} to ${PHONE_MAX_DIGITS} digits`));
const reason = v.pipe(
  v.string(),
  wellFormed,
  v.check((text) => text.trim() !== '', 'a reason in words'),
  v.check((text) => [...text].length <= REASON_MAX_CHARS, `at most ${REASON_MAX_CHARS} characters`),
);
const overCapacity = v.exactOptional(v.boolean());
const saysWhyOver = <A extends AskedNote>(): v.CheckAction<A, string> =>
  v.check((asked) => asked.overCapacity !== true || asked.reason !== undefined, 'a "reason" with "overCapacity"');

const visitAct = v.pipe(
  v.strictObject({
    waitingId: id,
    kind: v.picklist(Object.keys(VISIT_TRANSITIONS) as VisitKind[]),
    place: v.exactOptional(v.picklist(['original', 'after-three'])),
    reason: v.exactOptional(reason),
    overCapacity,
  }),
  saysWhyOver(),
  v.check(({ kind, reason: why }) => why !== undefined || transitionOf(kind).needsReason !== true, 'a "reason" with this "kind"'),
  v.check(({ kind, place }) => place === undefined || kind === 'put-back', '"place" with put-back alone'),
  v.check(({ kind, overCapacity: over }) => over !== true || transitionOf(kind).needsRoom === true, '"overCapacity" where somebody takes a place alone'),
);

const reportOf = v.strictObject({ date: v.nullable(v.pipe(v.string(), v.check(isDay, 'a day as 2026-05-21'))), boothId: v.nullable(id) });

const storeUrl = v.pipe(v.string(), v.nonEmpty(), v.maxLength(URL_MAX_CHARS), wellFormed);

const SCHEMAS: { readonly [C in RequestChannel]: v.GenericSchema<unknown, Requests[C]['request']> } = {
  'snapshot:get': v.null(),
  'booth:call-next': v.pipe(v.strictObject({ boothId: id, reason: v.exactOptional(reason), overCapacity }), saysWhyOver()),
  'booth:call-chosen': v.strictObject({ boothId: id, userId: id, reason, overCapacity }),
  'booth:call-several': v.strictObject({ boothId: id, count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(CALLS_AT_ONCE_MAX)) }),
  'booth:leave': v.strictObject({ boothId: id, userId: id, reason: v.exactOptional(reason) }),
  'booth:list-queue': v.strictObject({ boothId: id }),
  'booth:list-departures': v.strictObject({ boothId: id }),
  'booth:list-leftovers': v.strictObject({ boothId: id }),
  'booth:clear-leftovers': v.strictObject({ boothId: id, before: id, reason }),
  'visit:act': visitAct,
  'booth:set-status': v.pipe(
    v.strictObject({ boothId: id, change: v.picklist(PHASE_CHANGES), reason: v.nullable(reason) }),
    v.check(({ change, reason: why }) => change !== 'pause' || why !== null, 'a reason for a pause'),
  ),
  'booth:add-visitor': v.strictObject({ boothId: id, name }),
  'booth:add-by-phone': v.strictObject({ boothId: id, phone }),
  'booth:add-known': v.strictObject({ boothId: id, userId: id }),
  'booth:note-lost-queue': v.null(),
  'booth:select': v.strictObject({ boothId: id }),
  'report:read': reportOf,
  'report:save': reportOf,
  'kiosk:reconcile': v.null(),
  'kiosk:retry-stores': v.null(),
  'kiosk:set-language': v.strictObject({ language }),
  'kiosk:set-sound': v.strictObject({ announces: v.boolean(), muted: v.boolean(), volume: v.pipe(v.number(), v.integer(), v.minValue(MIN_VOLUME), v.maxValue(100)) }),
  'kiosk:choose-staff': v.strictObject({ name: v.nullable(v.pipe(v.string(), v.nonEmpty(), v.maxLength(4 * STAFF_MAX_CHARS), wellFormed)) }),
  'kiosk:set-demo-arrivals': v.strictObject({ on: v.boolean() }),
  'setup:try-here': v.strictObject({ language }),
  'setup:try-store': v.strictObject({ store: v.picklist(['queue', 'ledger']), url: storeUrl }),
  'setup:connect': v.strictObject({ redisUrl: REDIS_URL, mysqlUrl: MYSQL_URL, boothId: id, kioskId: KIOSK_ID, language }),
};

/** Accepts a payload, or names channel and field. The payload itself is never repeated: addresses carry passwords. */
export function parseRequest<C extends RequestChannel>(channel: C, payload: unknown): Result<Requests[C]['request']> {
  const parsed = v.safeParse(SCHEMAS[channel], payload);
  if (parsed.success) return { ok: true, value: parsed.output };
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue)?.slice(0, FIELD_SHOWN_CHARS) ?? null;
  // A check's requirement is code; its message is the sentence.
  const wanted = issue.type === 'check' || issue.type === 'regex' ? issue.message : (issue.expected ?? issue.requirement ?? issue.type);
  const where = field === null ? 'The request' : `The field "${field}"`;
  return fail('BAD_REQUEST', `${where} on channel "${channel}" is not valid: expected ${String(wanted)}.`);
}

/** Checks and answers any request from the screen. Never throws. */
export async function answerRequest(
  handlers: Handlers,
  channel: unknown,
  payload: unknown,
  onDefect: (message: string) => void,
): Promise<Result<unknown>> {
  if (!isRequestChannel(channel)) return fail('BAD_REQUEST', 'The screen asked on a channel that does not exist.');
  return answerOn(handlers, channel, payload, onDefect);
}

async function answerOn<C extends RequestChannel>(
  handlers: Handlers,
  channel: C,
  payload: unknown,
  onDefect: (message: string) => void,
): Promise<Result<unknown>> {
  const request = parseRequest(channel, payload);
  if (!request.ok) return request;
  try {
    return await handlers[channel](request.value);
  } catch (error) {
    onDefect(`The handler of "${channel}" failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return fail('INTERNAL', `The request on channel "${channel}" failed inside the kiosk; its log says why.`);
  }
}
