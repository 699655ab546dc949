import { i18n, type Messages } from '@lingui/core';
import { useLingui } from '@lingui/react';
import type { Language } from '../../shared/snapshot.ts';
import type ko from './ko.json';

/** The ids of the Korean catalog are the ids of all catalogs. */
export type MessageId = keyof typeof ko;
export type Values = Readonly<Record<string, string | number>>;
/** Gives the sentence of an id in the language on screen. */
export type Translate = (id: MessageId, values?: Values) => string;
export { i18n };

/** Each language is a file of its own: a start reads one. */
const CATALOGS: Readonly<Record<Language, () => Promise<{ readonly default: Messages }>>> = {
  ko: () => import('./ko.json?compiled'),
  en: () => import('./en.json?compiled'),
};

let wanted: Language | null = null;

/** Switches every text to a language as soon as its catalog is there; the newest choice wins. */
export async function activateLanguage(language: Language): Promise<void> {
  wanted = language;
  if (i18n.locale === language) return;
  const { default: messages } = await CATALOGS[language]();
  if (wanted === language) i18n.loadAndActivate({ locale: language, messages });
}

/** The typed translator of the language on screen; components that use it follow a switch. */
export function useText(): Translate {
  return useLingui()._;
}
