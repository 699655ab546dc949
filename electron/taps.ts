/**
 * A tap, from the screen's request to its answer: refused at once from known state, run once however often it is tapped,
 * answered with what is true.
 */
import type { AskedNote, BoothAnswer, CallsAnswer, JoinAnswer, TapAnswer, VisitAct } from '../shared/channels.ts';
import { type Result, ok } from '../shared/errors.ts';
import { phoneNickname } from '../shared/phone-digits.ts';
import type { Person, PhaseChange } from '../shared/snapshot.ts';
import { askStores } from './ask-stores.ts';
import type { Board } from './board/board.ts';
import { actOnVisit } from './core/act-on-visit.ts';
import { changeBooth } from './core/booth-status.ts';
import { callChosen, type CallingBooth, callingBooth, callNext, callSeveral } from './core/call-next.ts';
import type { Core } from './core/core.ts';
import { joinAsWalkIn, joinQueue, leaveQueue } from './core/join-queue.ts';
import type { Done, Outcome } from './core/outcome.ts';
import type { OperationNote } from './core/ports.ts';
import { refusal } from './core/refusals.ts';
import { unlessAway } from './core/store-failure.ts';
import { visitorName } from './core/visitor-name.ts';
import { needsQueue } from './core/waiting.ts';

/** How long an answer whose truth is being looked up waits for it before it says "checking". */
const TRUTH_WAIT_MS = 800;

export interface Taps {
  callNext(boothId: number, asked?: AskedNote): Promise<Result<TapAnswer>>;
  /** Somebody who waits, out of turn. */
  callChosen(boothId: number, userId: number, asked: AskedNote): Promise<Result<TapAnswer>>;
  callSeveral(boothId: number, count: number): Promise<Result<CallsAnswer>>;
  /** Somebody who waits gives up the place. */
  leave(boothId: number, userId: number, asked?: AskedNote): Promise<Result<TapAnswer>>;
  onVisit(act: VisitAct): Promise<Result<TapAnswer>>;
  changeBooth(boothId: number, change: PhaseChange, reason: string | null): Promise<Result<BoothAnswer>>;
  addVisitor(boothId: number, name: string): Promise<Result<JoinAnswer>>;
  /** By digits; on screens they are called by the last four. */
  addByPhone(boothId: number, digits: string): Promise<Result<JoinAnswer>>;
  /** Somebody the festival knows. */
  addKnown(boothId: number, userId: number): Promise<Result<JoinAnswer>>;
}

/** The taps of one running kiosk. `staff`: who is at work, for the journal. */
export function createTaps(core: Core, board: Board, staff: () => string | null): Taps {
  const note = ({ reason, overCapacity }: AskedNote = {}): OperationNote => ({ staff: staff(), reason: reason ?? null, overCapacity: overCapacity ?? false });
  const once = singleFlight<Result<TapAnswer>>();
  const onceSeveral = singleFlight<Result<CallsAnswer>>();
  const onceChanging = singleFlight<Result<BoothAnswer>>();
  const onceAdding = singleFlight<Result<JoinAnswer>>();

  const guarded = <T>(needs: 'ledger' | 'both', run: () => Promise<Result<T>>): Promise<Result<T>> => askStores(board, needs, () => run().finally(() => board.poke()));

  const callingAt = async (boothId: number): Promise<CallingBooth | null> => {
    const known = board.calling(boothId);
    if (known !== null) return known;
    const history = await core.ledger.readBooth(boothId);
    return history === null ? null : callingBooth(history);
  };

  /** What takes a visitor out of the queue; needs both stores, and the booth as last read. */
  const atBooth = <T>(boothId: number, run: (booth: CallingBooth) => Promise<Result<T>>): Promise<Result<T>> =>
    guarded('both', async () => {
      const booth = await callingAt(boothId);
      return booth === null ? { ok: false, error: refusal('BOOTH_NOT_FOUND') } : run(booth);
    });

  const walkIn = async (boothId: number, name: string, phone: string | null, booth: CallingBooth): Promise<Result<Outcome>> => {
    const outcome = await joinAsWalkIn(core, boothId, name, booth.generation, core.ids.operationId(), note(), phone);
    if (outcome.outcome !== 'refused') board.remember({ userId: outcome.userId, name, number: outcome.number ?? null });
    return ok(outcome);
  };

  const adding = (subject: string, boothId: number, join: (booth: CallingBooth) => Promise<Result<Outcome>>): Promise<Result<JoinAnswer>> =>
    onceAdding(subject, () =>
      guarded('both', async (): Promise<Result<JoinAnswer>> => {
        const booth = await callingAt(boothId);
        if (booth === null) return { ok: false, error: refusal('BOOTH_NOT_FOUND') };
        const joined = await join(booth);
        if (!joined.ok) return joined;
        const outcome = joined.value;
        const answer = await toAnswer(core, board, boothId, outcome);
        if (!answer.ok) return answer;
        const place = outcome.outcome === 'done' ? outcome : null;
        return ok({
          ...answer.value,
          position: place?.position ?? null,
          waitingTotal: place?.waitingTotal ?? null,
          estimatedWaitMinutes: place?.position == null ? null : board.estimatedWait(place.position - 1),
          alreadyQueued: place?.alreadyQueued ?? false,
        });
      }),
    );

  return {
    callNext: (boothId, asked) =>
      once(`call:${boothId}`, () => atBooth(boothId, async (booth) => toAnswer(core, board, boothId, await callNext(core, booth, core.ids.operationId(), note(asked))))),
    callChosen: (boothId, userId, asked) =>
      once(`call:${boothId}:${userId}`, () => atBooth(boothId, async (booth) => toAnswer(core, board, boothId, await callChosen(core, booth, userId, core.ids.operationId(), note(asked))))),
    callSeveral: (boothId, count) =>
      onceSeveral(String(boothId), () => atBooth(boothId, async (booth) => toAnswers(core, board, boothId, await callSeveral(core, booth, count, core.ids.operationId(), note())))),
    leave: (boothId, userId, asked) =>
      once(`leave:${boothId}:${userId}`, () =>
        atBooth(boothId, async ({ generation }) => toAnswer(core, board, boothId, await leaveQueue(core, boothId, userId, generation, core.ids.operationId(), note(asked)))),
      ),
    onVisit: ({ waitingId, kind, place, ...asked }) =>
      once(`${kind}:${waitingId}`, () =>
        guarded(needsQueue(kind) ? 'both' : 'ledger', async () => {
          const visit = board.visit(waitingId) ?? (await core.ledger.readVisit(waitingId));
          if (visit === null) return { ok: false, error: refusal('WAITING_NOT_FOUND') };
          // A call just answered may still hold its lock, which would refuse this quick tap as somebody else's.
          await core.operations.through(waitingId);
          return toAnswer(core, board, visit.boothId, await actOnVisit(core, kind, visit, core.ids.operationId(), { note: note(asked), place: place ?? 'original' }));
        }),
      ),
    changeBooth: (boothId, change, reason) =>
      onceChanging(`${boothId}:${change}`, () =>
        guarded('ledger', async () => {
          const changed = await changeBooth(core, boothId, { change, reason, staff: staff() });
          if (!changed.ok) return changed;
          const { followed, waiting, dismissal } = changed.value;
          // Nobody waits for the last of many: the lists tell how far it is.
          if (dismissal !== null) core.operations.follow(dismissal);
          return ok({ state: followed ? 'saved' : 'catching-up', waiting });
        }),
      ),
    addVisitor: (boothId, text) =>
      adding(`${boothId}:name:${text}`, boothId, async (booth) => {
        const name = visitorName(text);
        return name.ok ? walkIn(boothId, name.value, null, booth) : name;
      }),
    addByPhone: (boothId, digits) => adding(`${boothId}:phone:${digits}`, boothId, (booth) => walkIn(boothId, phoneNickname(digits), digits, booth)),
    addKnown: (boothId, userId) =>
      adding(`${boothId}:user:${userId}`, boothId, async (booth) => {
        const [person] = await core.ledger.readPeople(boothId, [userId]);
        if (person === undefined) return { ok: false, error: refusal('USER_NOT_FOUND') };
        board.remember(person);
        return ok(await joinQueue(core, boothId, userId, booth.generation, core.ids.operationId(), note()));
      }),
  };
}

/** A second tap on a subject while the first is under way gets the first one's answer. */
function singleFlight<T>(): (subject: string, run: () => Promise<T>) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  return (subject, run) => {
    const running = underWay.get(subject) ?? run().finally(() => underWay.delete(subject));
    underWay.set(subject, running);
    return running;
  };
}

async function toAnswer(core: Core, board: Board, boothId: number, outcome: Outcome): Promise<Result<TapAnswer>> {
  switch (outcome.outcome) {
    case 'refused':
      return { ok: false, error: outcome.error };
    case 'done':
      return ok({ ...(await subject(board, boothId, outcome)), state: await stateNow(outcome) });
    case 'uncertain': {
      const truth = await Promise.race([outcome.truth, core.clock.sleep(TRUTH_WAIT_MS).then(() => null)]);
      return truth === null ? ok({ ...(await subject(board, boothId, outcome)), state: 'checking' }) : toAnswer(core, board, boothId, truth);
    }
  }
}

/** What was done before the first refusal counts; a refusal of the very first is the answer. */
async function toAnswers(core: Core, board: Board, boothId: number, outcomes: readonly Outcome[]): Promise<Result<CallsAnswer>> {
  const calls: TapAnswer[] = [];
  for (const outcome of outcomes) {
    const answer = await toAnswer(core, board, boothId, outcome);
    if (!answer.ok) return calls.length === 0 ? answer : ok({ calls, stopped: answer.error });
    calls.push(answer.value);
  }
  return ok({ calls, stopped: null });
}

async function subject(board: Board, boothId: number, of: { readonly operationId: string; readonly userId: number; readonly waitingId: number | null }): Promise<Omit<TapAnswer, 'state'>> {
  return { operationId: of.operationId, person: await named(board, boothId, of.userId), waitingId: of.waitingId };
}

/** A booth that was left while the tap was under way has taken its names from the board. */
async function named(board: Board, boothId: number, userId: number): Promise<Person> {
  if (board.selected() === boothId) return board.person(userId);
  return (await unlessAway(() => board.people(boothId, [userId]), board.person))(userId);
}

/** Saved if the queue store has followed already; nobody waits for it: the snapshot tells when it has. */
function stateNow(outcome: Done): Promise<'saved' | 'catching-up'> {
  return Promise.race([outcome.finished.then((applied): 'saved' | 'catching-up' => (applied ? 'saved' : 'catching-up')), nextTurn()]);
}

async function nextTurn(): Promise<'catching-up'> {
  await new Promise((resolve) => setImmediate(resolve));
  return 'catching-up';
}
