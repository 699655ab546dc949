/**
 * One request may need several attempts (another kiosk fenced ours, a stale entry stood in front), each under an id of its own.
 * The ids follow from the first, so asking again with it finds whichever attempt took effect.
 */
const TAIL_DIGITS = 12;
const TAIL_SIZE = 1n << 48n;

/** Attempts of one request, of every cause. */
export const MAX_ATTEMPTS = 25;

/** The id of attempt `attempt` (0 for the first) of the request `firstId`, a UUID in lower case. */
export function attemptId(firstId: string, attempt: number): string {
  if (attempt === 0) return firstId;
  const head = firstId.slice(0, -TAIL_DIGITS);
  const tail = (BigInt(`0x${firstId.slice(-TAIL_DIGITS)}`) + BigInt(attempt)) % TAIL_SIZE;
  return head + tail.toString(16).padStart(TAIL_DIGITS, '0');
}

/** The ids of all attempts the request can ever make. */
export function attemptIds(firstId: string): readonly string[] {
  return Array.from({ length: MAX_ATTEMPTS }, (_, attempt) => attemptId(firstId, attempt));
}
