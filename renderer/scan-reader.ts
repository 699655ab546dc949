/**
 * Tells a scanner from a person at the same keyboard, by speed alone. Pure: scanner.ts feeds it the keys of the page.
 */
import { SCAN_MAX_CHARS } from '../shared/scan-code.ts';

/** Between two keys of a scanner; nobody types three characters and Enter that fast. */
export const SCAN_GAP_MS = 35;
/** Where there is nothing to type into nobody types: there even a slow scanner's Enter must not press a button. */
export const SCAN_GAP_OUTSIDE_MS = 250;
export const SCAN_MIN_CHARS = 3;

export interface Stroke {
  /** What the key types; null: nothing (Shift, arrows, Backspace). */
  readonly char: string | null;
  /** Enter or Tab: a scanner ends with one. */
  readonly ends: boolean;
  /** Shift alone neither types nor interrupts. */
  readonly isShift: boolean;
  /** Its characters go into a field. */
  readonly inField: boolean;
  /** When it was pressed, by the clock of the keyboard's events. */
  readonly atMs: number;
}

/** begins: may be the first of a scan. goes-on: as fast as a scanner. scan: over, the whole text. echo: a second ending of the same scan. */
type Reading = { readonly is: 'typing' | 'begins' | 'goes-on' | 'echo' } | { readonly is: 'scan'; readonly text: string };

/** Reads one key after the other. */
export function createScanReader(): (stroke: Stroke) => Reading {
  let text = '';
  let lastMs = Number.NEGATIVE_INFINITY;
  let justScanned = false;

  return ({ char, ends, isShift, inField, atMs }) => {
    const isFast = atMs - lastMs <= (inField ? SCAN_GAP_MS : SCAN_GAP_OUTSIDE_MS);
    if (isShift) return { is: 'typing' };
    lastMs = atMs;
    if (ends) {
      const whole = text;
      text = '';
      if (isFast && whole.length >= SCAN_MIN_CHARS) {
        justScanned = true;
        return { is: 'scan', text: whole };
      }
      return { is: isFast && justScanned ? 'echo' : 'typing' };
    }
    justScanned = false;
    const isFirst = !isFast || text === '';
    if (char === null) {
      text = '';
      return { is: 'typing' };
    }
    // One character more than the longest code is enough to tell that it is none.
    text = (isFirst ? char : text + char).slice(0, SCAN_MAX_CHARS + 1);
    return { is: isFirst ? 'begins' : 'goes-on' };
  };
}
