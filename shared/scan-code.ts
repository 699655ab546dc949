/**
 * What a scanned QR or bar code means: the festival's id of a visitor in decimal digits, after the prefix of the settings.
 */

/** Longer texts are no visitor's code. */
export const SCAN_MAX_CHARS = 200;
const SHOWN_CHARS = 24;

/** The visitor's id, or null for a code that is none. A leading zero is refused: a telephone number must not pass for an id. */
export function scannedUserId(code: string, prefix: string): number | null {
  if (code.length > SCAN_MAX_CHARS || !code.startsWith(prefix)) return null;
  const digits = code.slice(prefix.length);
  const id = /^[1-9]\d*$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(id) ? id : null;
}

/** Enough of a code to recognise it on a screen. */
export function shortCode(code: string): string {
  return code.length > SHOWN_CHARS ? `${code.slice(0, SHOWN_CHARS)}…` : code;
}
