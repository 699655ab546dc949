/**
 * The history of the queue store, from its append-only file: every write in the order it took effect, a script's writes as one block.
 * Replayed block by block it tells where each ticket went and who took it there. A block that writes a key of the kiosks is a kiosk's.
 */
import { OUT_OF_TURN } from './taps.ts';

export interface Block {
  readonly who: 'kiosk' | 'backend';
  readonly commands: readonly (readonly string[])[];
  /** By the server's clock, epoch s. */
  readonly atS: number;
}

export function readBlocks(aof: Buffer): Block[] {
  const blocks: Block[] = [];
  let open: (readonly string[])[] | null = null;
  let atS = 0;
  for (const command of readCommands(aof)) {
    const name = command[0];
    if (name === TIME) atS = Number(command[1]);
    else if (name === 'MULTI') open = [];
    else if (name === 'EXEC') {
      if (open !== null) blocks.push(blockOf(open, atS));
      open = null;
    } else if (open !== null) open.push(command);
    else blocks.push(blockOf([command], atS));
  }
  return blocks;
}

function blockOf(commands: readonly (readonly string[])[], atS: number): Block {
  return { who: commands.some(([, key]) => key?.startsWith('kiosk:') === true) ? 'kiosk' : 'backend', commands, atS };
}

/** How the file notes the second of what follows. */
const TIME = '#TS:';

/** The file is what clients send: arrays of texts. A last command cut short by a killed server is left out, as the server does. */
function* readCommands(aof: Buffer): Generator<readonly string[]> {
  let at = 0;
  const line = (): string | null => {
    const end = aof.indexOf('\r\n', at);
    if (end < 0) return null;
    const text = aof.toString('utf8', at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const head = line();
    if (head === null) return;
    if (head.startsWith(TIME)) yield [TIME, head.slice(TIME.length)];
    if (!head.startsWith('*')) continue;
    const words: string[] = [];
    for (let left = Number(head.slice(1)); left > 0; left--) {
      const size = Number(line()?.slice(1) ?? NaN);
      if (!(at + size + 2 <= aof.length)) return;
      words.push(aof.toString('utf8', at, at + size));
      at += size + 2;
    }
    yield [words[0]?.toUpperCase() ?? '', ...words.slice(1)];
  }
}

/** How a ticket last moved in the queue store. */
export interface Move {
  readonly how: 'queued' | 'taken into a lock' | 'set aside' | 'removed' | 'popped' | 'merged';
  readonly who: 'kiosk' | 'backend';
  /** merged: the score that stayed. */
  readonly into?: number;
}

export interface RedisHistory {
  readonly lastMoves: ReadonlyMap<string, Move>;
  /** Tickets kiosks registered, by exact score. */
  readonly kioskJoins: ReadonlySet<string>;
  /** Tickets given up at a kiosk, or sent away by one. */
  readonly left: ReadonlySet<string>;
  /** Operation ids of a supervisor who let one more in. */
  readonly overrides: ReadonlySet<string>;
  /** Tickets that were in quarantine when the store lost its data. */
  readonly wipedAside: ReadonlySet<string>;
  /** Who was taken out of quarantine, in order. */
  readonly asideEnds: readonly { readonly ticket: string; readonly as: 'restored' | 'dropped' }[];
  /** Operation that puts a visitor back → the ticket they get. */
  readonly returns: ReadonlyMap<string, string>;
  /** Tickets that were in the queue, in a lock or in the backend's hands when the store lost its data. */
  readonly wiped: ReadonlySet<string>;
  /** Of those in the queue then: the blocks since which they had stood there, no action of a kiosk at work on them, and of the loss. */
  readonly losses: readonly { readonly ticket: string; readonly since: number; readonly index: number; readonly atS: number }[];
  /** Mirror passes, by the block in which they began. */
  readonly passes: readonly { readonly epoch: number; readonly index: number; readonly atS: number }[];
  /** Tickets of a refill that had asked for them when the backend took their visitor out and was not through with its call, or just was. */
  readonly refilledInCall: ReadonlySet<string>;
  /** Operation id → how the kiosks ended it. */
  readonly ends: ReadonlyMap<string, string>;
  /** user:booth → who last changed whether the booth is among the user's. */
  readonly activeBy: ReadonlyMap<string, 'kiosk' | 'backend'>;
  /** What kiosks did that they must never do. */
  readonly faults: readonly string[];
}

/** booth:user:score, to the digit. */
export const exactKey = (boothId: number | string, userId: number | string, score: number | string): string => `${boothId}:${userId}:${Number(score)}`;

/** The same by the second of the score, as another program's row knows it. */
export const bySecond = (ticket: string): string => {
  const [booth, user, score] = ticket.split(':');
  return `${booth}:${user}:${Math.floor(Number(score))}`;
};

/** A refill's request arrives at most so late after it asked the ledger: a kiosk may be cut off for eight seconds, and gives up after two. */
const REFILL_S = 10;

/** @param joined the tickets the backend registered, by exact score */
export function replay(blocks: readonly Block[], lockPrefix: string, joined: ReadonlySet<string>): RedisHistory {
  const queues = new Map<string, Map<string, number>>();
  const counts = new Map<string, number>();
  const lastMoves = new Map<string, Move>();
  const activeBy = new Map<string, 'kiosk' | 'backend'>();
  const kioskJoins = new Set<string>();
  /** Of the backend: booth:user → the ticket it took out last, and when. */
  const popped = new Map<string, { readonly ticket: string; readonly atS: number }>();
  const refilledInCall = new Set<string>();
  const left = new Set<string>();
  const overrides = new Set<string>();
  /** booth:user → the ticket in quarantine. */
  const aside = new Map<string, string>();
  const wipedAside = new Set<string>();
  const asideEnds: { readonly ticket: string; readonly as: 'restored' | 'dropped' }[] = [];
  const wiped = new Set<string>();
  /** booth:user → the block that last changed where they stand. */
  const touched = new Map<string, number>();
  const losses: { readonly ticket: string; readonly since: number; readonly index: number; readonly atS: number }[] = [];
  const passes: { readonly epoch: number; readonly index: number; readonly atS: number }[] = [];
  let epoch = 0;
  const ends = new Map<string, string>();
  /** Operation id → its lock, of all that ever were; and the tickets some of them may put back. */
  const begun = new Map<string, Lock>();
  const returns = new Map<string, string>();
  const returning = new Set<string>();
  /** Of those that stand for a place: lock key → booth:user, while the lock is open. */
  const open = new Map<string, string>();
  const faults: string[] = [];

  let [index, atS] = [0, 0];
  for (const { who, commands, atS: blockAtS } of blocks) {
    index++;
    atS = blockAtS;
    const locks = commands.flatMap((command) => lockWritten(command, lockPrefix));
    for (const lock of locks) if (lock['kind'] === 'join') kioskJoins.add(exactKey(lock['boothId'] ?? '', lock['userId'] ?? '', lock['score'] ?? ''));
    const before = new Set(open.values());
    for (const lock of locks) {
      begun.set(lock['operationId'] ?? '', lock);
      if (lock['overCapacity'] === '1') overrides.add(lock['operationId'] ?? '');
      touched.set(`${lock['boothId']}:${lock['userId']}`, index);
      if (lock['returnScore'] !== undefined && lock['returnScore'] !== '') {
        returning.add(ticketBack(lock));
        returns.set(lock['operationId'] ?? '', ticketBack(lock));
      }
      if (WITH_PLACE.has(lock['kind'] ?? '')) open.set(lock['key'] ?? '', `${lock['boothId']}:${lock['userId']}`);
    }
    const isEnd = commands.some(([name, key]) => name === 'SET' && key?.startsWith('kiosk:done:') === true);
    for (const command of commands) {
      const [name, key = '', ...rest] = command;
      const queueOf = /^queue:booth:(\d+)$/.exec(key)?.[1];
      const countOf = /^booth:(\d+):current$/.exec(key)?.[1];
      const activeOf = /^user:(\d+):active_booths$/.exec(key)?.[1];
      const asideOf = /^kiosk:quarantine:(\d+)$/.exec(key)?.[1];
      if (queueOf !== undefined) inQueue(name, queueOf, rest, who, locks, before);
      else if (countOf !== undefined) inCount(name ?? '', countOf, rest, who, isEnd);
      else if (asideOf !== undefined) inQuarantine(name, asideOf, rest, commands);
      else if (activeOf !== undefined) for (const booth of rest) activeBy.set(`${activeOf}:${booth}`, who);
      else if (name === 'FLUSHALL') wipe();
      else if (key === 'kiosk:mirror') inMark(name, rest);
      else if (name === 'DEL') open.delete(key);
      else if (name === 'SET' && key.startsWith('kiosk:done:')) {
        const operationId = key.slice('kiosk:done:'.length);
        if (ends.has(operationId)) faults.push(`operation ${operationId} was ended twice`);
        ends.set(operationId, rest[0]?.split(' ')[0] ?? '');
        const lock = begun.get(operationId);
        if (lock !== undefined && ends.get(operationId) === 'finished') ended(lock, commands);
      }
    }
  }
  return { lastMoves, kioskJoins, left, overrides, wipedAside, asideEnds, returns, wiped, losses, passes, refilledInCall, ends, activeBy, faults };

  function wipe(): void {
    for (const [ticket, { how }] of lastMoves) if (how !== 'merged' && how !== 'removed') wiped.add(ticket);
    for (const [booth, queue] of queues) {
      for (const [member, score] of queue) losses.push({ ticket: exactKey(booth, member, score), since: touched.get(`${booth}:${member}`) ?? index, index, atS });
    }
    for (const ticket of aside.values()) wipedAside.add(ticket);
    for (const map of [queues, counts, open, aside]) map.clear();
    epoch = 0;
  }

  function inMark(name: string | undefined, rest: readonly string[]): void {
    if (name === 'HINCRBY') passes.push({ epoch: ++epoch, index, atS });
    else if (name === 'HSET' && rest[0] === 'epoch') epoch = Number(rest[1]);
  }

  /** A field is a visitor, its value the score and why. */
  function inQuarantine(name: string | undefined, booth: string, rest: readonly string[], commands: Block['commands']): void {
    const [member = '', value = ''] = rest;
    if (name === 'HSET') {
      const ticket = exactKey(booth, member, value.split(' ')[0] ?? '');
      aside.set(`${booth}:${member}`, ticket);
      lastMoves.set(ticket, { how: 'set aside', who: 'kiosk' });
    }
    const ticket = aside.get(`${booth}:${member}`);
    if (name !== 'HDEL' || ticket === undefined) return;
    asideEnds.push({ ticket, as: commands.some(([what, key, ...words]) => what === 'ZADD' && key === `queue:booth:${booth}` && words.at(-1) === member) ? 'restored' : 'dropped' });
    aside.delete(`${booth}:${member}`);
  }

  function ended(lock: Lock, commands: Block['commands']): void {
    const { kind, boothId = '', userId = '', score = '' } = lock;
    if (kind === 'leave' || kind === 'dismiss') {
      const ticket = exactKey(boothId, userId, score);
      left.add(ticket);
      const isBack = commands.some(([name, key, ...rest]) => name === 'ZADD' && key === `queue:booth:${boothId}` && rest.at(-1) === userId && Number(rest.at(-2)) === Number(score));
      if (isBack) faults.push(`ticket ${ticket} went back into the queue by the end of a ${kind} that was committed`);
    }
    // Who stands before the place they return to stays there: nothing is written.
    const stands = queues.get(lock['boothId'] ?? '')?.get(lock['userId'] ?? '');
    if (lock['returnScore'] !== undefined && lock['returnScore'] !== '' && stands !== undefined && stands < Number(lock['returnScore'])) {
      lastMoves.set(ticketBack(lock), { how: 'merged', who: 'kiosk', into: stands });
    }
  }

  function inQueue(name: string | undefined, booth: string, rest: readonly string[], who: Move['who'], locks: readonly Lock[], heldBefore: ReadonlySet<string>): void {
    const queue = queues.get(booth) ?? new Map<string, number>();
    queues.set(booth, queue);
    if (name === 'ZADD') enqueue(queue, booth, rest, who);
    else if (name === 'ZREM') for (const member of rest) takeOut(queue, booth, member, who, 'removed', locks, heldBefore);
    else if (name === 'ZPOPMIN') takeOut(queue, booth, firstOf(queue) ?? '', who, 'popped', [], heldBefore);
  }

  function enqueue(queue: Map<string, number>, booth: string, rest: readonly string[], who: Move['who']): void {
    const [member = '', score = ''] = rest.toReversed();
    const before = queue.get(member);
    const after = rest.includes('LT') && before !== undefined ? Math.min(before, Number(score)) : Number(score);
    const key = exactKey(booth, member, after);
    if (who === 'kiosk' && !joined.has(key) && !kioskJoins.has(key) && !returning.has(key)) faults.push(`user ${member} was put into queue ${booth} at ${score}, where they never registered`);
    if (before !== undefined && before !== after) lastMoves.set(exactKey(booth, member, before), { how: 'merged', who, into: after });
    if (before !== undefined && before === after && Number(score) !== after) lastMoves.set(exactKey(booth, member, score), { how: 'merged', who, into: after });
    queue.set(member, after);
    if (before !== after) touched.set(`${booth}:${member}`, index);
    const taken = popped.get(`${booth}:${member}`);
    if (who === 'kiosk' && rest.includes('CH') && taken?.ticket === key && atS - taken.atS <= REFILL_S) refilledInCall.add(key);
    lastMoves.set(key, { how: 'queued', who });
    // A refill: of several registrations in the copy a visitor gets the earliest, and the others, lost where they stood, are merged into it.
    if (who !== 'kiosk' || before !== undefined) return;
    for (const lost of wiped) {
      const later = Number(lost.split(':')[2]);
      if (later > after && lost.startsWith(`${booth}:${member}:`) && lastMoves.get(lost)?.how === 'queued') lastMoves.set(lost, { how: 'merged', who, into: after });
    }
  }

  function takeOut(queue: Map<string, number>, booth: string, member: string, who: Move['who'], how: Move['how'], locks: readonly Lock[], heldBefore: ReadonlySet<string>): void {
    const score = queue.get(member);
    if (score === undefined) return;
    const lock = locks.find((each) => TAKES_OUT.has(each['kind'] ?? '') && each['boothId'] === booth && each['userId'] === member);
    // Whoever is in another lock of this booth just now may be passed over.
    const first = firstOf(new Map([...queue].filter(([each]) => each === member || !heldBefore.has(`${booth}:${each}`))));
    if (lock?.['kind'] === 'call' && lock['reason'] !== OUT_OF_TURN && first !== member) faults.push(`ticket ${exactKey(booth, member, score)} was called out of turn: user ${first} was first`);
    if (lock !== undefined && Number(lock['score']) !== score) faults.push(`the lock of user ${member} says ${lock['score']}, the queue ${booth} said ${score}`);
    queue.delete(member);
    if (how === 'popped') popped.set(`${booth}:${member}`, { ticket: exactKey(booth, member, score), atS });
    lastMoves.set(exactKey(booth, member, score), { how: lock === undefined ? how : 'taken into a lock', who });
  }

  function inCount(name: string, booth: string, rest: readonly string[], who: Move['who'], isEnd: boolean): void {
    const before = counts.get(booth) ?? 0;
    const by = name === 'INCR' ? 1 : name === 'DECR' ? -1 : name === 'DECRBY' ? -Number(rest[0]) : Number(rest[0]);
    const after = name === 'SET' ? Number(rest[0]) : before + by;
    if (who === 'kiosk' && after < 0) faults.push(`a kiosk made the count of booth ${booth} ${after}`);
    // A backend may have made it negative; an entrance then starts again from nobody.
    if (isEnd && after !== Math.max(before + 1, 0) && after !== Math.max(before - 1, 0)) faults.push(`one operation took the count of booth ${booth} from ${before} to ${after}`);
    counts.set(booth, after);
  }
}

/** The fields of a soft lock, and its key as `key`. */
type Lock = Readonly<Record<string, string>>;

/** Actions that begin by taking a visitor out of the queue. */
const TAKES_OUT = new Set(['call', 'leave', 'dismiss']);

/** Actions whose lock stands for a place in the queue. */
const WITH_PLACE = new Set(['call', 'join', 'leave', 'dismiss', 'put-back', 'undo-call', 'requeue']);

function ticketBack(lock: Lock): string {
  return exactKey(lock['boothId'] ?? '', lock['userId'] ?? '', lock['returnScore'] ?? '');
}

function lockWritten(command: readonly string[], lockPrefix: string): Lock[] {
  const [name, key, ...rest] = command;
  if (name !== 'HSET' || key?.startsWith(lockPrefix) !== true) return [];
  return [{ ...Object.fromEntries(Array.from({ length: rest.length / 2 }, (_, index) => [rest[2 * index] ?? '', rest[2 * index + 1] ?? ''])), key }];
}

/** Redis' order: by score, then by the member's bytes. */
function firstOf(queue: ReadonlyMap<string, number>): string | undefined {
  let first: readonly [string, number] | undefined;
  for (const entry of queue) if (first === undefined || entry[1] < first[1] || (entry[1] === first[1] && entry[0] < first[0])) first = entry;
  return first?.[0];
}
