import { i18n, type Messages } from '@lingui/core';
import { useSyncExternalStore } from 'react';
import type { Language } from '../../shared/snapshot.ts';
import { compile } from './compile.ts';
import { en } from './en.ts';
import { ko, type MessageId } from './ko.ts';

export type { MessageId };
export type Values = Readonly<Record<string, string | number>>;
/** Gives the sentence of an id in the language on screen. */
export type Translate = (id: MessageId, values?: Values) => string;

const compiled = (catalog: Readonly<Record<MessageId, string>>) =>
  Object.fromEntries(Object.entries(catalog).map(([id, message]) => [id, compile(message)])) as Messages;

i18n.load({ ko: compiled(ko), en: compiled(en) });
i18n.activate('ko');
export { i18n };

/** Switches every text on screen, and tells assistive technology which language it now reads. */
export function activateLanguage(language: Language): void {
  if (i18n.locale !== language) i18n.activate(language);
  document.documentElement.lang = language;
}

const subscribe = (listener: () => void): (() => void) => i18n.on('change', listener);
const translate: Translate = (id, values) => i18n._(id, values);

/** The typed translator of the language on screen; components that use it follow a switch. */
export function useText(): Translate {
  useSyncExternalStore(subscribe, () => i18n.locale);
  return translate;
}
