import { i18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import type { Language } from '../../shared/snapshot.ts';
import { en } from './en.ts';
import { ko, type MessageId } from './ko.ts';

export type { MessageId };
export type Values = Readonly<Record<string, string | number>>;
/** Gives the sentence of an id in the language on screen. */
export type Translate = (id: MessageId, values?: Values) => string;

const compiled = (catalog: Readonly<Record<MessageId, string>>) =>
  Object.fromEntries(Object.entries(catalog).map(([id, message]) => [id, compileMessage(message)]));

i18n.load({ ko: compiled(ko), en: compiled(en) });
i18n.activate('ko');
export { i18n };

/** Switches every text on screen, and tells assistive technology which language it now reads. */
export function activateLanguage(language: Language): void {
  if (i18n.locale !== language) i18n.activate(language);
  document.documentElement.lang = language;
}

/** The typed translator of the language on screen; components that use it follow a switch. */
export function useText(): Translate {
  const { _ } = useLingui();
  return (id, values) => _(id, values);
}
