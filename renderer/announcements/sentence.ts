/** What is called out. */
import { isPhoneNickname } from '../../shared/phone-digits.ts';
import type { Person } from '../../shared/snapshot.ts';
import type { TranslateAll } from '../i18n/i18n.ts';
import type { CallNews } from './news.ts';

/** The sentence of a call, to be spoken: without the marks that keep writing directions apart. */
export function callSentence(t: TranslateAll, { visit, boothName }: CallNews): string {
  return t('announce.call', { person: personSpoken(t, visit), booth: boothName });
}

/** Somebody known by a phone number has no name to call; one figure after the other, so that it is not read as one number. */
function personSpoken(t: TranslateAll, { name, number, userId }: Person): string {
  const isPhone = isPhoneNickname(name);
  if (number !== null) return name === '' || isPhone ? t('announce.number', { number: String(number) }) : t('announce.numberAndName', { number: String(number), name });
  if (isPhone) return t('announce.phone', { digits: [...name.replaceAll(/\D/g, '')].join(' ') });
  return name === '' ? t('announce.nameless', { userId: String(userId) }) : t('announce.name', { name });
}
