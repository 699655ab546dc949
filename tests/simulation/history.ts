/**
 * One history: kiosks, their passes, visitors and perhaps a backend work on the same stores, and at every store call somebody decides
 * what happens next. Afterwards the world is healed, passes run, and it is judged at rest.
 */
import { createBackend } from './backend.ts';
import { count, type Figures, noFigures } from './figures.ts';
import { requestOf } from './fates.ts';
import { createJudge } from './judge.ts';
import { startKiosk, type SimKiosk } from './kiosk.ts';
import { createNetwork, type Message } from './network.ts';
import type { Plan } from './plan.ts';
import { judgeAtRest } from './rest.ts';
import { choose, drawOf, hashOf, IN_ORDER, type Possible } from './schedule.ts';
import { openStores } from './stores.ts';
import { changePhase, clear, isServing, type Order } from './supervisor.ts';
import { tap, type Tap } from './taps.ts';
import { Violation } from './violation.ts';

export interface Ending {
  /** Of everything that happened, in order: the same for the same seed. */
  readonly hash: string;
  readonly violation: Violation | null;
  readonly figures: Figures;
  readonly trace: readonly string[];
}

interface Event extends Possible {
  readonly happen: (decision: number) => Promise<void> | void;
}

/** A history that does not come to rest in so many steps never will. */
const STEPS_TO_REST = 5_000;
const PASSES_AT_REST = 3;
/** Past every time after which something left half done may be taken up. */
const BETWEEN_PASSES_MS = 61_000;

/** @param decisions one for each step; when they are used up everything arrives in order */
export async function runHistory(plan: Plan, decisions: readonly number[], keepTrace = false): Promise<Ending> {
  const stores = openStores(plan);
  const { clocks, boothIds, appUsers } = stores;
  const figures = noFigures();
  figures.histories = 1;
  const trace: string[] = [];
  let hash = hashOf(`${plan.seed}`);
  /** `told`: what a trace has of it; null: nothing. */
  const note = (what: string, told: (() => string) | null = () => what): void => {
    hash = hashOf(what, hash);
    if (keepTrace && told !== null) trace.push(`${String(figures.steps).padStart(4)}  ${told()}`);
  };
  const judge = createJudge(stores, plan);
  const network = createNetwork({
    before: (message) => judge.before(message),
    after(message, answer) {
      figures.storeCalls++;
      const answered = answer.ok ? brief([answer.value]) : String(answer.error);
      note(`${message.name} ${answered}`, () => `${message.name}(${brief(message.args)}) -> ${answered}`);
      judge.after(message, answer);
    },
  });
  const backend = createBackend(stores, judge, plan);
  const isAway = { queue: false, ledger: false, inbox: false };
  const lives = new Map<string, number>();
  const taps: Tap[] = [];
  const orders: Order[] = [];
  const start = (name: string, boothId: number): SimKiosk => {
    const life = (lives.get(name) ?? 0) + 1;
    lives.set(name, life);
    return startKiosk(name, life, boothId, stores, network);
  };
  const kiosks = Array.from({ length: plan.kiosks }, (_, index) => start(`k${index + 1}`, boothIds[index % boothIds.length] ?? 1));
  let defect: Violation | null = null;
  const onDefect = (error: unknown): void => void (defect ??= new Violation('defect', error instanceof Error ? (error.stack ?? error.message) : String(error)));
  const isBusy = (): boolean => kiosks.some((kiosk) => kiosk.isAlive && (kiosk.tapping > 0 || kiosk.passing > 0 || kiosk.core.operations.all().length > 0));

  const fault = (what: string): void => {
    count(figures.faults, what);
    note(`  fault: ${what}`);
  };

  /** One message moves on, or meets a fault. */
  async function move(message: Message, decision: number): Promise<void> {
    const draw = drawOf(decision);
    const meets = decision !== IN_ORDER && draw.chance(plan.messageFaults);
    if (message.state === 'answer') {
      if (!meets) return network.answer(message);
      fault('answer lost');
      return network.fail(message, 'unknown');
    }
    if (isAway[message.to]) {
      // Refused at the door, or swallowed by the line.
      const executed = draw.chance(0.5) ? 'no' : 'unknown';
      count(figures.faults, 'sent to a store that is away');
      network.fail(message, executed);
      return network.drop(message);
    }
    if (!meets) return network.deliver(message);
    switch (draw.weighted({ refused: 2, lost: 2, late: 3, twice: 2 })) {
      case 'refused':
        fault(`refused: ${message.name}`.replace(/: .*/, ''));
        network.fail(message, 'no');
        return network.drop(message);
      case 'lost':
        fault('request lost');
        network.fail(message, 'unknown');
        return network.drop(message);
      case 'late':
        fault('request late');
        clocks.nowMs += 1_500;
        return network.fail(message, 'unknown');
      case 'twice':
        fault('request delivered twice');
        // A ledger's statements travel in order on one connection: one comes again only to somebody whom the first answer did not reach.
        if (message.to === 'ledger') network.fail(message, 'unknown');
        return network.deliver(message, true);
    }
  }

  function possible(): Event[] {
    const events: Event[] = [];
    for (const message of network.onTheWay()) {
      // Late ones take their time.
      const weight = message.isAwaited ? 10 : 1.5;
      events.push({ name: `${message.name} ${message.state}`, weight, happen: (decision) => move(message, decision) });
    }
    for (const kiosk of kiosks) {
      for (const [name, { untilMs, wake }] of kiosk.sleeping) {
        const happen = (): void => {
          clocks.nowMs = Math.max(clocks.nowMs, untilMs);
          kiosk.sleeping.delete(name);
          wake();
        };
        events.push({ name, weight: 5, happen });
      }
    }
    for (const act of backend.acts) events.push({ name: act.name, weight: 5, happen: () => backend.step(act) });
    return events;
  }

  /** What people, machines and bad luck do of themselves. */
  function spontaneous(): Event[] {
    const events: Event[] = [];
    const { disasters } = plan;
    for (const [index, kiosk] of kiosks.entries()) {
      const { name } = kiosk;
      if (kiosk.tapping < 2) {
        const happen = async (decision: number): Promise<void> => {
          const begun = await tap(kiosk, stores, drawOf(decision), taps, onDefect);
          if (begun === null) return;
          if (!taps.includes(begun)) taps.push(begun);
          note(`${name} taps ${begun.kind} ${begun.operationId}`);
        };
        events.push({ name: `${name} tap`, weight: 4, happen });
        if (plan.hasSupervisor) events.push(...supervised(kiosk));
      }
      if (kiosk.passing === 0) {
        const happen = (decision: number): void => {
          const trigger = drawOf(decision).weighted({ interval: 5, 'by-hand': 1, start: 1, reconnect: 1, 'failed-tap': 2 });
          note(`${name} pass ${trigger}`);
          kiosk.pass(trigger).catch(onDefect);
        };
        events.push({ name: `${name} pass`, weight: 1, happen });
      }
      events.push({ name: `${name} beat`, weight: 0.3, happen: () => void kiosk.core.queue.beat(kiosk.core.owner).catch(() => undefined) });
      const happen = (): void => {
        fault(`process dies`);
        kiosk.isAlive = false;
        kiosk.sleeping.clear();
        kiosks[index] = start(name.replace(/\.\d+$/, ''), kiosk.boothId);
      };
      events.push({ name: `${name} dies`, weight: 0.4 * disasters, happen });
    }
    events.push({ name: 'app join', weight: 1.6, happen: (decision) => appJoins(decision) });
    events.push({ name: 'app leave', weight: 0.4, happen: (decision) => appLeaves(decision) });
    if (plan.hasBackend) {
      events.push({ name: 'backend begins', weight: backend.acts.size < 3 ? 2 : 0, happen: (decision) => note(backend.begin(drawOf(decision))) });
      events.push({ name: 'backend dies', weight: 0.3 * disasters, happen: () => { fault('backend dies'); backend.crash(); } });
    }
    events.push({ name: 'time', weight: 0.6, happen: (decision) => { clocks.nowMs += drawOf(decision).pick([200, 1_000, 6_000, 11_000, 61_000, 310_000]); note(`time ${clocks.nowMs}`); } });
    if (plan.clocksJump) events.push({ name: 'clock', weight: 0.2, happen: (decision) => jump(decision) });
    events.push({ name: 'save', weight: 0.3 * disasters, happen: () => { note('queue file written'); stores.saveQueue(); } });
    events.push({ name: 'queue lost', weight: 0.12 * disasters, happen: (decision) => loseQueue(decision) });
    for (const store of ['queue', 'ledger', 'inbox'] as const) {
      const weight = isAway[store] ? 1.5 : 0.12 * disasters;
      events.push({ name: `${store} away or back`, weight, happen: () => { isAway[store] = !isAway[store]; if (isAway[store]) fault(`${store} away`); else note(`${store} back`); } });
    }
    return events;
  }

  /** Rarer than calls; but where nobody is served, not for long. */
  function supervised(kiosk: SimKiosk): Event[] {
    const begin = (order: Order): void => {
      orders.push(order);
      note(`${kiosk.name} orders ${order.what} of ${order.boothId}`);
    };
    const phase = (decision: number): void => {
      const draw = drawOf(decision);
      const boothId = draw.pick(boothIds);
      begin(changePhase(kiosk, boothId, judge.stateOf(boothId), draw, onDefect));
    };
    const clears = (decision: number): void => {
      const draw = drawOf(decision);
      begin(clear(kiosk, draw.pick(boothIds), judge, draw, onDefect));
    };
    const isServed = boothIds.every((boothId) => isServing(judge.stateOf(boothId)));
    return [
      { name: `${kiosk.name} booth`, weight: isServed ? 0.3 : 1.2, happen: phase },
      { name: `${kiosk.name} clears`, weight: 0.15, happen: clears },
    ];
  }

  function appJoins(decision: number): void {
    if (isAway.queue) return;
    const draw = drawOf(decision);
    const [boothId, userId] = [draw.pick(boothIds), draw.pick(appUsers)];
    clocks.nowMs += draw.whole(0, 1_500);
    if (backend.join(boothId, userId)) note(`app: ${userId} joins ${boothId}`);
  }
  function appLeaves(decision: number): void {
    const draw = drawOf(decision);
    const [boothId, userId] = [draw.pick(boothIds), draw.pick(appUsers)];
    if (isAway.queue || stores.state.queues.get(boothId)?.has(String(userId)) !== true) return;
    note(`app: ${userId} leaves ${boothId}`);
    backend.leave(boothId, userId);
  }
  function jump(decision: number): void {
    const draw = drawOf(decision);
    const which = draw.pick(['queue', 'ledger', 'kiosks', 'backend'] as const);
    clocks.skewMs[which] += draw.pick([-400_000, -61_000, -2_000, 2_000, 61_000, 400_000]);
    fault(`clock of ${which} jumps`);
  }
  function loseQueue(decision: number): void {
    const how = drawOf(decision).weighted({ empty: 2, older: stores.hasFile() ? 4 : 0, 'same-run': 1 });
    fault(`queue store ${how === 'older' ? 'rolled back' : how === 'empty' ? 'restarted empty' : 'emptied while it runs'}`);
    stores.loseQueue(how);
    judge.queueLost();
  }

  async function step(events: readonly Event[], decision: number): Promise<boolean> {
    const event = choose(events, decision);
    if (event === null) return false;
    figures.steps++;
    clocks.nowMs += decision % 23;
    note(event.name, null);
    await event.happen(decision);
    await settled();
    if (defect !== null) throw defect;
    judge.check(isBusy);
    return true;
  }

  /** No more faults, no more taps: everything on its way arrives, in order. */
  async function comeToRest(): Promise<void> {
    await settled();
    for (let left = STEPS_TO_REST; await step(possible(), IN_ORDER); left--) if (left === 0) throw new Violation('no-rest', 'messages go to and fro without end');
  }

  let violation: Violation | null = null;
  try {
    for (const decision of decisions) await step([...possible(), ...spontaneous()], decision);
    for (const store of ['queue', 'ledger', 'inbox'] as const) isAway[store] = false;
    note('healed');
    await comeToRest();
    const rescuer = start('rescuer', boothIds[0] ?? 1);
    kiosks.push(rescuer);
    for (let pass = 0; pass < PASSES_AT_REST; pass++) {
      clocks.nowMs += BETWEEN_PASSES_MS;
      note(`pass ${pass + 1} at rest`);
      rescuer.pass('by-hand').catch(onDefect);
      await comeToRest();
    }
    judgeAtRest(stores, judge, backend.touched, { taps, orders }, plan);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error;
    note(`VIOLATION ${error.message}`);
  }
  const kindOf = (operation: string): string => {
    const isOf = (id: string): boolean => requestOf(operation) === requestOf(id);
    if (judge.dismissals.has(operation)) return 'dismiss';
    return taps.find(({ operationId }) => isOf(operationId))?.kind ?? orders.find(({ ids }) => [...ids].some(isOf))?.what ?? 'other';
  };
  for (const operation of judge.applied.keys()) count(figures.committed, kindOf(operation));
  for (const { kind, code } of taps) if (code !== null) count(figures.refused, `${kind} ${code}`);
  for (const { what, told } of orders) if (told !== null) count(told === 'done' ? figures.ordered : figures.refused, told === 'done' ? what : `${what} ${told}`);
  figures.evaluations = judge.evaluations();
  stores.db.close();
  return { hash: hash.toString(16), violation, figures, trace };
}

/** Whoever was answered goes on, until everybody waits for the network again: Node's next tick comes when no promise has anything left to do. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** Arguments and answers as far as a trace needs them. */
function brief(values: readonly unknown[]): string {
  return values.map((value) => (value === undefined ? '' : (JSON.stringify(value, (_key, each: unknown) => (each instanceof Map ? [...each] : each)) ?? ''))).join(', ').slice(0, 300);
}
