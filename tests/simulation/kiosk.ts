/** One kiosk process: the real core, with its own view of the stores and its own passes, which never overlap. */
import type { PassTrigger } from '../../shared/snapshot.ts';
import { NO_SHOW_MS } from '../../shared/limits.ts';
import type { Core } from '../../electron/core/core.ts';
import { createMirrorMemory } from '../../electron/core/mirror-memory.ts';
import { reconcile } from '../../electron/core/reconcile.ts';
import { createTracker } from '../../electron/core/tracker.ts';
import type { Network, Sender } from './network.ts';
import { hashOf } from './schedule.ts';
import type { Stores } from './stores.ts';

export interface SimKiosk extends Sender {
  readonly core: Core;
  readonly boothId: number;
  /** Taps under way. */
  tapping: number;
  /** Passes under way or waiting for one. */
  passing: number;
  /** What it sleeps through: whoever wakes it lets the time pass. */
  readonly sleeping: Map<string, { readonly untilMs: number; readonly wake: () => void }>;
  readonly pass: (trigger: PassTrigger, refills?: boolean) => Promise<boolean>;
  readonly operationId: () => string;
}

/** @param name of the machine; `life` counts its starts */
export function startKiosk(name: string, life: number, boothId: number, stores: Stores, network: Network): SimKiosk {
  const { clocks } = stores;
  const sender: Sender = { name: `${name}.${life}`, isAlive: true, sent: 0 };
  const startedMs = clocks.nowMs;
  const sleeping: SimKiosk['sleeping'] = new Map();
  let [ids, slept] = [0, 0];
  let tail: Promise<unknown> = Promise.resolve();

  const clock: Core['clock'] = {
    monotonicMs: () => clocks.nowMs - startedMs,
    wallMs: () => clocks.nowMs + clocks.skewMs.kiosks,
    sleep: (ms) =>
      new Promise((wake) => {
        const key = `${sender.name} sleep ${++slept}`;
        sleeping.set(key, { untilMs: clocks.nowMs + ms, wake: () => wake() });
      }),
  };
  const operationId = (): string => uuidOf(`${sender.name} ${++ids}`, clock.wallMs());
  const core: Core = {
    queue: network.through(stores.queue, 'queue', sender),
    ledger: network.through(stores.ledger, 'ledger', sender),
    clock,
    ids: { operationId },
    logger: { log: () => undefined },
    owner: `${name}/${life}`,
    operations: createTracker(clock),
    notifier: { send: async (event) => void (await network.send(sender, 'inbox', 'send', [event], () => undefined)), close: async () => undefined },
    limits: { graceMs: 10_000, noShowMs: NO_SHOW_MS, phoneRetentionMs: 86_400_000 },
    mirrored: createMirrorMemory(),
    verifyQueue: () => kiosk.pass('reconnect', true),
    wantReconcile: () => undefined,
  };
  const kiosk: SimKiosk = Object.assign(sender, {
    core,
    boothId,
    tapping: 0,
    passing: 0,
    sleeping,
    operationId,
    pass(trigger: PassTrigger, refills = false): Promise<boolean> {
      kiosk.passing += 1;
      const run = tail.then(async () => (await reconcile(core, { trigger, serving: boothId, refills })).problem === null).finally(() => (kiosk.passing -= 1));
      tail = run.catch(() => undefined);
      return run;
    },
  });
  return kiosk;
}

/** A UUIDv7 by its form, the same for the same text and time. */
function uuidOf(text: string, atMs: number): string {
  const hex = (salt: number): string => hashOf(text, salt).toString(16).padStart(8, '0');
  const time = Math.max(atMs, 0).toString(16).padStart(12, '0').slice(-12);
  const [a, b, c] = [hex(1), hex(2), hex(3)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a.slice(0, 3)}-8${b.slice(0, 3)}-${c}${a.slice(3, 7)}`;
}
