import { i18n } from './i18n.ts';

/** By language, zone and parts. Making a format costs more than ten answers of it, and a list asks for each of its rows. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** An instant (epoch ms) in the language on screen. */
export function dateText(epochMs: number, parts: Intl.DateTimeFormatOptions & { readonly timeZone: string }): string {
  const key = `${i18n.locale} ${JSON.stringify(parts)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(i18n.locale, parts);
  formats.set(key, format);
  return format.format(epochMs);
}
