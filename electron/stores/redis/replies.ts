/**
 * From a script's answer to the domain's values. Redis' replies are lists of texts and integers; everything is checked.
 */
import { StoreFailure, type SoftLock } from '../../core/ports.ts';
import { EFFECTS, isRestoreKind, isVisitKind, parseId, type OperationKind } from '../../core/waiting.ts';

export type Reply = readonly [string, ...unknown[]];

/** A step's answer is ours; anything else means that a different program answers, after the step may have run. */
class MalformedReply extends Error {
  override readonly name = 'MalformedReply';
}

export function malformed(): Error {
  return new MalformedReply('not an answer of this step');
}

/**
 * Reads a step's answer: a list led by a word. Throws StoreFailure when the step found the store unfit before its first write,
 * and when the answer makes no sense, naming the step.
 */
export function readReply<T>(step: string, answer: unknown, read: (reply: Reply) => T): T {
  try {
    const [word, ...rest] = list(answer);
    if (word === 'unfit') throw new StoreFailure('QUEUE_STORE_UNFIT', `The queue store cannot be used: ${text(rest[0])}.`, 'no');
    return read([text(word), ...rest]);
  } catch (error) {
    if (!(error instanceof MalformedReply)) throw error;
    throw new StoreFailure('QUEUE_STORE_UNFIT', `The queue store gave an answer to the step "${step}" that makes no sense.`, 'unknown');
  }
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw malformed();
  return value;
}

/** One of these words, and no other. */
export function oneOf<W extends string>(value: unknown, words: readonly W[]): W {
  const found = words.find((word) => word === value);
  if (found === undefined) throw malformed();
  return found;
}

/** An integer, given as one or as text. */
export function integer(value: unknown): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw malformed();
  return number;
}

export function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

/** A count, '' for one that is not an integer. */
export function currentOf(value: unknown): number | null {
  return value === '' ? null : integer(value);
}

/** A score as Redis prints it: any number of digits, or inf. */
export function scoreOf(value: unknown): number {
  if (value === 'inf') return Infinity;
  if (value === '-inf') return -Infinity;
  const score = text(value).trim() === '' ? NaN : Number(value);
  if (Number.isNaN(score)) throw malformed();
  return score;
}

/** Field and value in turn, as HGETALL gives them. */
export function mapOf(value: unknown): ReadonlyMap<string, string> {
  const items = list(value);
  const map = new Map<string, string>();
  for (let i = 0; i < items.length; i += 2) map.set(text(items[i]), text(items[i + 1]));
  return map;
}

function isKind(value: string): value is OperationKind {
  return Object.hasOwn(EFFECTS, value);
}
function wholeNumber(value: string | undefined, pattern: RegExp, max: number): number | null {
  return value !== undefined && pattern.test(value) && Math.abs(Number(value)) <= max ? Number(value) : null;
}

/** A booth's lies in a column of 64 bits, of which numbers here hold 53, a visit's in one of 32. */
const BOOTH_GENERATION_MAX = Number.MAX_SAFE_INTEGER - 1;
const VISIT_GENERATION_MAX = 2 ** 31 - 2;
function generationMax(kind: OperationKind): number {
  return isVisitKind(kind) ? VISIT_GENERATION_MAX : BOOTH_GENERATION_MAX;
}

/** Whether a lock with this generation can be read back, and fenced. */
export function isGeneration(kind: OperationKind, generation: number): boolean {
  return Number.isSafeInteger(generation) && Math.abs(generation) <= generationMax(kind);
}
const SHOWN_CHARS_MAX = 40;

/**
 * The lock, or what is wrong with it in a few words: a newer kiosk wrote it, or another program changed it. Fields that older kiosks did
 * not write yet may be missing.
 */
export function parseLock(fields: ReadonlyMap<string, string>): SoftLock | string {
  const [kind, operationId, owner] = [fields.get('kind') ?? '', fields.get('operationId') ?? '', fields.get('owner')];
  if (!isKind(kind)) return `its kind "${kind.slice(0, SHOWN_CHARS_MAX)}" is not known to this version`;
  const boothId = parseId(fields.get('boothId') ?? '');
  const userId = parseId(fields.get('userId') ?? '');
  const generation = wholeNumber(fields.get('generation'), /^-?\d{1,16}$/, generationMax(kind));
  const createdAtMs = wholeNumber(fields.get('createdAt'), /^\d{1,16}$/, Number.MAX_SAFE_INTEGER);
  const waitingText = fields.get('waitingId');
  const waitingId = parseId(waitingText ?? '');
  const scoreText = fields.get('score');
  const score = scoreIn(scoreText);
  const returnScore = scoreIn(fields.get('returnScore'));
  const positionText = fields.get('position') ?? '';
  const position = parseId(positionText);
  const over = fields.get('overCapacity') ?? '';
  const needsRow = isVisitKind(kind);
  if (operationId === '') return wrong('operationId');
  if (owner === undefined) return wrong('owner');
  if (boothId === null) return wrong('boothId');
  if (userId === null) return wrong('userId');
  if (generation === null) return wrong('generation');
  if (createdAtMs === null) return wrong('createdAt');
  if (needsRow ? waitingId === null : waitingText !== '') return wrong('waitingId');
  if (score === null ? !needsRow || scoreText !== '' : !Number.isFinite(score)) return wrong('score');
  if (returnScore === null ? isRestoreKind(kind) : !isRestoreKind(kind) || !Number.isFinite(returnScore)) return wrong('returnScore');
  if (position === null ? positionText !== '' : kind !== 'call') return wrong('position');
  if (over !== '' && over !== '1') return wrong('overCapacity');
  const note = { staff: fields.get('staff') || null, reason: fields.get('reason') || null, overCapacity: over === '1' };
  return { operationId, kind, boothId, userId, score, waitingId, returnScore, position, note, owner, generation, createdAtMs };
}

/** Null where none stands; NaN for what is no number. */
function scoreIn(value: string | undefined): number | null {
  if (value === undefined || value === '') return null;
  return value.trim() === '' ? NaN : Number(value);
}

function wrong(field: string): string {
  return `its field ${field} is missing or wrong`;
}
