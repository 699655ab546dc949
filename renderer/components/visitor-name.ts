import { NICKNAME_MAX_CHARS } from '../../shared/limits.ts';

type NameProblem = 'empty' | 'long' | 'control';
/** Control characters, and marks that turn the writing direction of what follows. */
const UNUSABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** A name as typed, made ready to send, or what is wrong with it. Characters are counted as the database counts them. */
export function readName(typed: string): { readonly name: string; readonly chars: number; readonly problem: NameProblem | null } {
  const name = typed.trim();
  const chars = [...name].length;
  const problem = name === '' ? 'empty' : UNUSABLE.test(name) ? 'control' : chars > NICKNAME_MAX_CHARS ? 'long' : null;
  return { name, chars, problem };
}
