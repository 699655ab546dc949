/**
 * What processes send to the stores: each call is a message that is on its way until it is delivered, and then its answer is. Whoever
 * holds the network decides when, and whether, and how often.
 */
import type { StoreCode } from '../../shared/errors.ts';
import { StoreFailure } from '../../electron/core/ports.ts';

export type Target = 'queue' | 'ledger' | 'inbox';

/** A process of the festival. What it has sent is on its way whether it lives or not; answers to the dead reach nobody. */
export interface Sender {
  readonly name: string;
  isAlive: boolean;
  sent: number;
}

export interface Message {
  readonly name: string;
  readonly from: Sender;
  readonly to: Target;
  readonly method: string;
  readonly args: readonly unknown[];
  /** request: nothing has happened yet. answer: it ran, and its answer is on its way. */
  state: 'request' | 'answer';
  /** Its sender still waits for the answer. */
  isAwaited: boolean;
}

export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

interface Parcel extends Message {
  readonly run: () => unknown;
  readonly settle: (answer: Answer) => void;
  answer: Answer | null;
}

/** Told of everything a store runs, right before and after it. */
export interface Observer {
  before(message: Message): void;
  after(message: Message, answer: Answer): void;
}

export interface Network {
  /** A store as one process sees it. */
  readonly through: <S extends object>(store: S, to: Target, from: Sender) => S;
  readonly send: (from: Sender, to: Target, method: string, args: readonly unknown[], run: () => unknown) => Promise<unknown>;
  /** Oldest first. */
  readonly onTheWay: () => readonly Message[];
  /** The store runs it, and answers. `again`: a second copy of it stays on its way. */
  readonly deliver: (message: Message, again?: boolean) => Promise<void>;
  /** The answer reaches its sender. */
  readonly answer: (message: Message) => void;
  /** Its sender hears that it failed: for certain, or that nobody knows. The message stays on its way unless it is dropped. */
  readonly fail: (message: Message, executed: 'no' | 'unknown') => void;
  readonly drop: (message: Message) => void;
}

const CODES: Readonly<Record<Target, StoreCode>> = { queue: 'QUEUE_STORE_UNREACHABLE', ledger: 'LEDGER_UNREACHABLE', inbox: 'QUEUE_STORE_UNREACHABLE' };
/** Not of one request. */
const LOCAL: ReadonlySet<string> = new Set(['onChange', 'close', 'reconnect']);

export function createNetwork(observer: Observer): Network {
  const parcels = new Set<Parcel>();

  const parcelOf = (message: Message): Parcel => {
    for (const parcel of parcels) if (parcel === message) return parcel;
    throw new Error(`${message.name} is not on its way`);
  };
  const end = (parcel: Parcel, answer: Answer): void => {
    if (!parcel.isAwaited) return;
    parcel.isAwaited = false;
    if (parcel.from.isAlive) parcel.settle(answer);
  };

  const send: Network['send'] = (from, to, method, args, run) =>
    new Promise((resolve, reject) => {
      // What a dead process was about to do does not happen, and nobody is told so.
      if (!from.isAlive) return;
      const settle = (answer: Answer): void => (answer.ok ? resolve(answer.value) : reject(answer.error as Error));
      parcels.add({ name: `${from.name} ${++from.sent} ${to}.${method}`, from, to, method, args, state: 'request', isAwaited: true, run, settle, answer: null });
    });

  return {
    send,
    through: (store, to, from) =>
      new Proxy(store, {
        get(target, property, receiver): unknown {
          const member: unknown = Reflect.get(target, property, receiver);
          if (typeof member !== 'function' || typeof property !== 'string' || LOCAL.has(property)) return member;
          return (...args: readonly unknown[]) => send(from, to, property, args, () => Reflect.apply(member, target, args));
        },
      }),
    onTheWay: () => [...parcels],
    async deliver(message, again = false) {
      const parcel = parcelOf(message);
      observer.before(parcel);
      let answer: Answer;
      try {
        answer = { ok: true, value: await parcel.run() };
      } catch (error) {
        answer = { ok: false, error };
      }
      observer.after(parcel, answer);
      if (again) parcels.add({ ...parcel, name: `${parcel.name} again`, isAwaited: false });
      parcel.state = 'answer';
      parcel.answer = answer;
      if (!parcel.isAwaited || !parcel.from.isAlive) parcels.delete(parcel);
    },
    answer(message) {
      const parcel = parcelOf(message);
      parcels.delete(parcel);
      if (parcel.answer !== null) end(parcel, parcel.answer);
    },
    fail(message, executed) {
      const parcel = parcelOf(message);
      end(parcel, { ok: false, error: new StoreFailure(CODES[parcel.to], `${parcel.to} did not answer`, executed) });
      if (parcel.state === 'answer') parcels.delete(parcel);
    },
    drop: (message) => void parcels.delete(parcelOf(message)),
  };
}
