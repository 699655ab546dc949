/** What was asked of kiosks and what they answered: the promises the judge holds them to. */
import type { Kiosk } from './stage.ts';

type TapVerb = 'call' | 'enter' | 'complete' | 'no-show' | 'join';
const CHANNELS: Readonly<Record<TapVerb, string>> = {
  call: 'booth:call-next', enter: 'visit:act', complete: 'visit:act', 'no-show': 'visit:act', join: 'booth:add-visitor',
};

interface Answer {
  readonly ok: boolean;
  readonly value?: { readonly operationId: string; readonly state: string; readonly waitingId: number | null; readonly person: { readonly userId: number } | null };
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
}

/** Taps, and keeps what came of it in `taps`. */
export async function tap(taps: Tap[], kiosk: Kiosk, verb: TapVerb, request: { readonly waitingId?: number; readonly name?: string }): Promise<Tap> {
  const made: Tap = { verb, kiosk: kiosk.name, boothId: kiosk.boothId, waitingId: request.waitingId ?? null, userId: null, operationId: null, outcome: 'unknown', code: null };
  taps.push(made);
  const answer = (await kiosk.process.ask(CHANNELS[verb], request.waitingId === undefined ? { boothId: kiosk.boothId, ...request } : { ...request, kind: verb })) as Answer | undefined;
  if (answer?.ok === true && answer.value !== undefined) {
    const { state, waitingId, person, operationId } = answer.value;
    Object.assign(made, { outcome: state === 'checking' ? 'unknown' : 'done', waitingId: waitingId ?? made.waitingId, userId: person?.userId ?? null, operationId });
  } else if (answer?.error !== undefined) {
    Object.assign(made, { outcome: answer.error.code === 'OUTCOME_UNKNOWN' || answer.error.code === 'INTERNAL' ? 'unknown' : 'refused', code: answer.error.code });
  }
  return made;
}
