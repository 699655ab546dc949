/**
 * A visitor's name as the festival keeps it.
 */
import { type Result, fail, ok } from '../../shared/errors.ts';
import { NICKNAME_MAX_CHARS } from '../../shared/limits.ts';

/** Control characters, lone surrogates, line separators, and marks that turn the direction of the text around them. */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** Blanks, combining marks and characters that never show anything, alone, would be an empty line on every screen. */
const SHOWS_SOMETHING = /[^\p{Default_Ignorable_Code_Point}\p{Z}\p{M}]/u;

/** Composed, trimmed, spaces folded, 1 to NICKNAME_MAX_CHARS characters of any script. BAD_REQUEST says what is wrong with it. */
export function visitorName(text: string): Result<string> {
  const name = text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
  if (!SHOWS_SOMETHING.test(name)) return fail('BAD_REQUEST', 'The visitor needs a name.');
  if ([...name].length > NICKNAME_MAX_CHARS) return fail('BAD_REQUEST', `The name is longer than ${NICKNAME_MAX_CHARS} characters.`, { max: NICKNAME_MAX_CHARS });
  if (UNSHOWABLE.test(name)) return fail('BAD_REQUEST', 'The name holds characters that cannot be shown.');
  return ok(name);
}
