/**
 * From a script's answer to the domain's values. Redis' replies are lists of texts and integers; everything is checked.
 */
import { StoreFailure, type SoftLock } from '../../core/ports.ts';
import { parseId, type OperationKind } from '../../core/waiting.ts';

export type Reply = readonly [string, ...unknown[]];

/** Every step answers with a list led by a word. Throws StoreFailure when the step found the store unfit before its first write. */
export function checkedReply(answer: unknown): Reply {
  const [word, ...rest] = list(answer);
  if (typeof word !== 'string') throw malformed();
  if (word === 'unfit') throw new StoreFailure('QUEUE_STORE_UNFIT', `The queue store cannot be used: ${text(rest[0])}`, 'no');
  return [word, ...rest];
}

/** What a step answers is ours; anything else means that a different program answers, after the step may have run. */
function malformed(): StoreFailure {
  return new StoreFailure('QUEUE_STORE_UNFIT', 'The queue store gave an answer that makes no sense.', 'unknown');
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw malformed();
  return value;
}

/** An integer, given as one or as text. */
export function integer(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
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
  const score = Number(text(value));
  if (Number.isNaN(score)) throw malformed();
  return score;
}

/** Field and value in turn, as HGETALL gives them. */
export function mapOf(value: unknown): ReadonlyMap<string, string> {
  const items = list(value);
  const map = new Map<string, string>();
  for (let i = 0; i + 1 < items.length; i += 2) map.set(text(items[i]), text(items[i + 1]));
  return map;
}

const KINDS: Readonly<Record<OperationKind, 'with-row' | 'without-row'>> = {
  join: 'without-row',
  call: 'without-row',
  enter: 'with-row',
  complete: 'with-row',
};
function isKind(value: string): value is OperationKind {
  return Object.hasOwn(KINDS, value);
}
function wholeNumber(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : null;
}

/** Null when the hash is not one of our locks: somebody else wrote or changed it. */
export function parseLock(fields: ReadonlyMap<string, string>): SoftLock | null {
  const kind = fields.get('kind') ?? '';
  const operationId = fields.get('operationId') ?? '';
  const owner = fields.get('owner');
  if (!isKind(kind) || operationId === '' || owner === undefined) return null;
  const boothId = parseId(fields.get('boothId') ?? '');
  const userId = parseId(fields.get('userId') ?? '');
  const generation = wholeNumber(fields.get('generation'));
  const createdAtMs = wholeNumber(fields.get('createdAt'));
  const waitingId = parseId(fields.get('waitingId') ?? '');
  const scoreText = fields.get('score') ?? '';
  const score = scoreText === '' ? null : Number(scoreText);
  if (boothId === null || userId === null || generation === null || createdAtMs === null) return null;
  if (score !== null && !Number.isFinite(score)) return null;
  if ((KINDS[kind] === 'with-row') !== (waitingId !== null)) return null;
  if (KINDS[kind] === 'without-row' && score === null) return null;
  return { operationId, kind, boothId, userId, score, waitingId, owner, generation, createdAtMs };
}
