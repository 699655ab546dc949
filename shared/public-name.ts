/**
 * What strangers may see or hear of a visitor: the number of the day where there is one, else a shortened name.
 */
import { isPhoneNickname } from './phone-digits.ts';
import type { Person } from './snapshot.ts';

/** unnamed: neither number nor a name to shorten; the festival's own id is all there is. */
export type PublicName = { readonly kind: 'number'; readonly number: number } | { readonly kind: 'name'; readonly text: string } | { readonly kind: 'unnamed'; readonly userId: number };

const SHOWN_AT_MOST = 3;
/** Longer Hangul is a nickname, not a family name with a given one. */
const HANGUL_NAME_AT_MOST = 4;

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** The public form of a person. */
export function publicName({ name, number, userId }: Person): PublicName {
  if (number !== null) return { kind: 'number', number };
  const text = shortenedName(name);
  return text === '' ? { kind: 'unnamed', userId } : { kind: 'name', text };
}

/**
 * A name its owner recognises and a stranger does not: 김*수 for Korean names, else the beginning ("Min…"). Cut between characters as
 * people see them, of any script. A name of one character is left as it is, and so are the last four digits of a phone number.
 */
export function shortenedName(name: string): string {
  const whole = name.toWellFormed().normalize('NFC').trim();
  if (isPhoneNickname(whole)) return whole;
  const characters = Array.from(segmenter.segment(whole), ({ segment }) => segment);
  const { length } = characters;
  if (length <= 1) return whole;
  if (length <= HANGUL_NAME_AT_MOST && /^\p{Script=Hangul}+$/u.test(whole)) {
    return `${characters[0]}${'*'.repeat(Math.max(1, length - 2))}${length > 2 ? characters.at(-1) : ''}`;
  }
  const shown = Math.max(1, Math.min(SHOWN_AT_MOST, length - 2));
  return `${characters.slice(0, shown).join('').trimEnd()}…`;
}
