/**
 * Who asked for an action, and why.
 */
import type { OperationNote } from './ports.ts';

/** Nobody was chosen at the kiosk, and nothing was said. */
export const UNSIGNED: OperationNote = { staff: null, reason: null, overCapacity: false };

/** What the program does by itself. */
export function byItself(reason: string): OperationNote {
  return { ...UNSIGNED, reason };
}
