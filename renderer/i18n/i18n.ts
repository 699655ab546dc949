import { i18n, type Messages } from '@lingui/core';
import { useLingui } from '@lingui/react';
import type { Language } from '../../shared/snapshot.ts';
import type ko from './ko.json';
import type later from './later-ko.json';

/** The ids of the Korean catalog are the ids of all catalogs. */
type MessageId = keyof typeof ko;
/** Sentences of the set-up screen, the dialogs and the status panel: no start has to wait for them. */
export type LaterId = keyof typeof later;
type Values = Readonly<Record<string, string | number>>;
/** Gives the sentence of an id in the language on screen. */
export type Translate = (id: MessageId, values?: Values) => string;
export type TranslateAll = (id: MessageId | LaterId, values?: Values) => string;
export { i18n };

type Catalog = () => Promise<{ readonly default: Messages }>;
/** Each language is a file of its own: a start reads one. */
const CATALOGS: Readonly<Record<Language, Catalog>> = {
  ko: () => import('./ko.json?compiled'),
  en: () => import('./en.json?compiled'),
};
const LATER: Readonly<Record<Language, Catalog>> = {
  ko: () => import('./later-ko.json?compiled'),
  en: () => import('./later-en.json?compiled'),
};

let wanted: Language | null = null;

/** Switches every text to a language as soon as its catalog is there; the newest choice wins. */
export async function activateLanguage(language: Language): Promise<void> {
  wanted = language;
  if (i18n.locale === language) return;
  const { default: messages } = await CATALOGS[language]();
  if (wanted !== language) return;
  i18n.load(language, messages);
  i18n.activate(language);
}

let laterWords: Promise<void> | null = null;

/** The file of a screen that is not there from the start, together with the sentences it needs. */
export async function withLaterWords<T>(file: Promise<T>): Promise<T> {
  laterWords ??= loadLaterWords();
  try {
    const [loaded] = await Promise.all([file, laterWords]);
    return loaded;
  } catch (error) {
    // The next try reads again.
    laterWords = null;
    throw error;
  }
}

/** Of every language at once: a switch then waits for nothing. */
async function loadLaterWords(): Promise<void> {
  const [korean, english] = await Promise.all([LATER.ko(), LATER.en()]);
  i18n.load({ ko: korean.default, en: english.default });
}

/** The typed translator of the language on screen; components that use it follow a switch. */
export function useText(): Translate {
  return useLingui()._;
}

/** The translator for screens that came through `withLaterWords`. */
export function useAllText(): TranslateAll {
  return useLingui()._;
}
