/** What was asked of kiosks and what they answered: the promises the judge holds them to. */
import type { Kiosk } from './stage.ts';

const CHANNELS = {
  call: 'booth:call-next', enter: 'visit:act', complete: 'visit:act', 'no-show': 'visit:act', join: 'booth:add-visitor',
} as const;
/** What the command line alone has. */
export type OpsVerb = 'cancel' | 'hold' | 'recall' | 'put-back' | 'undo' | 'admit' | 'requeue' | 'leave';
export type PhaseVerb = 'open' | 'last-call' | 'pause' | 'resume' | 'close';
type TapVerb = keyof typeof CHANNELS | OpsVerb | PhaseVerb | 'clear-day' | 'restored' | 'dropped';

interface Done {
  readonly operationId: string;
  readonly state: string;
  readonly waitingId?: number | null;
  readonly userId?: number;
  readonly person?: { readonly userId: number } | null;
}
interface Answer<V> {
  readonly ok: boolean;
  readonly value?: V;
  readonly error?: { readonly code: string };
}

export interface Tap {
  readonly verb: TapVerb;
  readonly kiosk: string;
  readonly boothId: number;
  /** Of the visit tapped on, or of the one a call made. */
  waitingId: number | null;
  userId: number | null;
  operationId: string | null;
  /** done: the kiosk said so. refused: it said nothing was done. unknown: it died, or said that it does not know yet. */
  outcome: 'done' | 'refused' | 'unknown';
  code: string | null;
  /** A supervisor lets one more in than there is room for. */
  isOverride: boolean;
  /** Of a clearing: how many it said were. */
  cleared: number;
}

function made(taps: Tap[], kiosk: Kiosk, verb: TapVerb, known: { readonly waitingId?: number; readonly userId?: number }): Tap {
  const tap: Tap = { verb, kiosk: kiosk.name, boothId: kiosk.boothId, waitingId: known.waitingId ?? null, userId: known.userId ?? null, operationId: null, outcome: 'unknown', code: null, isOverride: false, cleared: 0 };
  taps.push(tap);
  return tap;
}

function learn(tap: Tap, answer: Answer<Done> | undefined): void {
  if (answer?.ok === true && answer.value !== undefined) {
    const { state, waitingId, person, userId, operationId } = answer.value;
    Object.assign(tap, { outcome: state === 'checking' ? 'unknown' : 'done', waitingId: waitingId ?? tap.waitingId, userId: person?.userId ?? userId ?? tap.userId, operationId });
  } else if (answer?.error !== undefined) {
    Object.assign(tap, { outcome: answer.error.code === 'OUTCOME_UNKNOWN' || answer.error.code === 'INTERNAL' ? 'unknown' : 'refused', code: answer.error.code });
  }
}

/** Taps at the screen, and keeps what came of it in `taps`. */
export async function tap(taps: Tap[], kiosk: Kiosk, verb: keyof typeof CHANNELS, request: { readonly waitingId?: number; readonly name?: string }): Promise<void> {
  const one = made(taps, kiosk, verb, request);
  learn(one, (await kiosk.process.ask(CHANNELS[verb], request.waitingId === undefined ? { boothId: kiosk.boothId, ...request } : { ...request, kind: verb })) as Answer<Done> | undefined);
}

/** The same at the command line. */
export async function command(taps: Tap[], kiosk: Kiosk, verb: OpsVerb, words: readonly string[], known: { readonly waitingId?: number; readonly userId?: number }): Promise<void> {
  const one = made(taps, kiosk, verb, known);
  one.isOverride = words.includes('--override');
  learn(one, (await kiosk.process.ask('ops', [verb, ...words])) as Answer<Done> | undefined);
}

/** Calls somebody out of turn. */
export async function callChosen(taps: Tap[], kiosk: Kiosk, userId: number): Promise<void> {
  const one = made(taps, kiosk, 'call', { userId });
  learn(one, (await kiosk.process.ask('ops', ['call', '--booth', String(kiosk.boothId), '--user', String(userId), '--reason', OUT_OF_TURN])) as Answer<Done> | undefined);
}

/** Calls one more than there is room for. */
export async function callOver(taps: Tap[], kiosk: Kiosk): Promise<void> {
  const one = Object.assign(made(taps, kiosk, 'call', {}), { isOverride: true });
  learn(one, (await kiosk.process.ask('ops', ['call', '--booth', String(kiosk.boothId), ...OVERRIDE])) as Answer<Done> | undefined);
}

export const OVERRIDE = ['--override', '--reason', 'one more'] as const;

/** Opens, pauses or closes the booth: at the screen, or at the command line. Answers whether the kiosk said it was done. */
export async function changeBooth(taps: Tap[], kiosk: Kiosk, change: PhaseVerb, atTheScreen: boolean): Promise<boolean> {
  const one = made(taps, kiosk, change, {});
  const reason = change === 'pause' || change === 'close' ? `the reason to ${change}` : null;
  const { boothId } = kiosk;
  const asked = atTheScreen
    ? kiosk.process.ask('booth:set-status', { boothId, change, reason })
    : kiosk.process.ask('ops', ['booth', '--booth', String(boothId), `--${change}`, ...(reason === null ? [] : ['--reason', reason])]);
  settleTap(one, (await asked) as Answer<unknown> | undefined, 'refused');
  return one.outcome === 'done';
}

/** Ends whatever an earlier day has left at the booth. */
export async function clearDay(taps: Tap[], kiosk: Kiosk): Promise<void> {
  const one = made(taps, kiosk, 'clear-day', {});
  const answer = (await kiosk.process.ask('ops', ['clear-day', '--booth', String(kiosk.boothId), '--apply'])) as Answer<{ readonly cleared: number }> | undefined;
  settleTap(one, answer, 'unknown');
  one.cleared = answer?.value?.cleared ?? 0;
}

/** Puts back, or drops, whoever the kiosk says is in quarantine. */
export async function endQuarantine(taps: Tap[], kiosk: Kiosk, userId: number, as: 'restored' | 'dropped'): Promise<void> {
  const one = made(taps, kiosk, as, { userId });
  const words = [as === 'restored' ? 'restore' : 'drop', '--booth', String(kiosk.boothId), '--member', String(userId)];
  // A store may fail when it is done, before it is noted.
  const answer = (await kiosk.process.ask('ops', ['quarantine', ...words])) as Answer<unknown> | undefined;
  settleTap(one, answer, answer?.error?.code === 'NOT_IN_QUEUE' ? 'refused' : 'unknown');
}

function settleTap(tap: Tap, answer: Answer<unknown> | undefined, failed: 'refused' | 'unknown'): void {
  const code = answer?.error?.code ?? null;
  if (answer?.ok === true) tap.outcome = 'done';
  else if (code !== null) Object.assign(tap, { code, outcome: code === 'OUTCOME_UNKNOWN' || code === 'INTERNAL' ? 'unknown' : failed });
}

/** What a lock of such a call gives as its reason. */
export const OUT_OF_TURN = 'out of turn';

/** Calls several at once: each is a tap of its own. */
export async function callSeveral(taps: Tap[], kiosk: Kiosk, howMany: number): Promise<void> {
  const ones = Array.from({ length: howMany }, () => made(taps, kiosk, 'call', {}));
  const answer = (await kiosk.process.ask('ops', ['call', '--booth', String(kiosk.boothId), '--count', String(howMany)])) as Answer<{ readonly calls: readonly Done[]; readonly error?: { readonly code: string } }> | undefined;
  if (answer === undefined) return;
  const { calls = [], error } = answer.value ?? {};
  for (const [index, one] of ones.entries()) {
    const done = calls[index];
    // The first that is not done for certain ends it: the others were never begun.
    learn(one, done !== undefined ? { ok: true, value: done } : index === calls.length ? { ok: false, ...(error ?? answer.error ? { error: error ?? answer.error ?? { code: 'INTERNAL' } } : {}) } : { ok: false, error: { code: 'NOT_BEGUN' } });
  }
}
