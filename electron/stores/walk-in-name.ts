import { NICKNAME_MAX_CHARS } from '../../shared/limits.ts';

/**
 * A walk-in's name as it is stored: composed the one way (NFC), trimmed, at most 50 characters, valid Unicode.
 * Throws RangeError for a name of nothing but space, which callers refuse before.
 */
export function walkInName(name: string): string {
  const characters = [...name.toWellFormed().normalize('NFC').trim()];
  if (characters.length === 0) throw new RangeError('a walk-in needs a name');
  return characters.slice(0, NICKNAME_MAX_CHARS).join('').trim();
}

/** An address nobody can have; unique because operation ids are. */
export function walkInEmail(operationId: string): string {
  return `walkin-${operationId}@kiosk.invalid`;
}
