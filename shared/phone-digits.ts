/**
 * Telephone numbers of visitors who join at a kiosk: one written form, so that the same number typed in another way is the same visitor.
 */
import { type Result, fail, ok } from './errors.ts';

/** The last four alone may be all a visitor wants to give; no number in the world has more than fifteen. */
export const PHONE_MIN_DIGITS = 4;
export const PHONE_MAX_DIGITS = 15;

const SEPARATORS = /[\s\p{Dash}().·]/gu;
const HIDDEN = '····';

/**
 * The digits of a number as somebody types it: spaces, dashes, dots and brackets left out, +82 as the leading 0 of Korea.
 * BAD_REQUEST says what is wrong, and never repeats what was typed.
 */
export function phoneDigits(text: string): Result<string> {
  const plain = text.normalize('NFKC').replaceAll(SEPARATORS, '');
  if (!/^\+?\d*$/.test(plain)) return fail('BAD_REQUEST', 'A phone number is made of digits.', { phone: 'characters' });
  const digits = plain.replace(/^\+820?/, '0').replace('+', '');
  if (digits.length < PHONE_MIN_DIGITS || digits.length > PHONE_MAX_DIGITS) {
    const bounds = { phone: 'length', min: PHONE_MIN_DIGITS, max: PHONE_MAX_DIGITS };
    return fail('BAD_REQUEST', `A phone number needs ${PHONE_MIN_DIGITS} to ${PHONE_MAX_DIGITS} digits.`, bounds);
  }
  return ok(digits);
}

/** What a visitor known by a phone number is called, on every screen and in every table but one: the last four digits. */
export function phoneNickname(digits: string): string {
  return `${HIDDEN} ${digits.slice(-PHONE_MIN_DIGITS)}`;
}

/** Whether a nickname tells no more than the last four digits of a number. */
export function isPhoneNickname(name: string): boolean {
  return name.startsWith(HIDDEN) && /^ \d{4}$/.test(name.slice(HIDDEN.length));
}
