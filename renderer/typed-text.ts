/**
 * Text under an on-screen keyboard: Hangul letters join into syllables as on every Korean keyboard, and are taken back one by one. Pure.
 */
import { assemble, removeLastCharacter } from 'es-hangul';

export interface TypedText {
  readonly text: string;
  /** Where the next character goes. */
  readonly caret: number;
  /** The character before the caret is still being put together. */
  readonly composing: boolean;
}

const JAMO = /^[ㄱ-ㅣ]$/;
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** What a key of the screen makes of the text. */
export function typeCharacter({ text, caret, composing }: TypedText, character: string): TypedText {
  const [before, after] = [text.slice(0, caret), text.slice(caret)];
  if (!JAMO.test(character)) return { text: before + character + after, caret: caret + character.length, composing: false };
  const last = composing ? before.slice(-1) : '';
  const head = before.slice(0, before.length - last.length) + assemble(last === '' ? [character] : [last, character]);
  return { text: head + after, caret: head.length, composing: true };
}

/** Backspace: a letter of a syllable being put together, else the character before the caret as people see it. */
export function deleteBackwards({ text, caret, composing }: TypedText): TypedText {
  const [before, after] = [text.slice(0, caret), text.slice(caret)];
  const gone = Array.from(segmenter.segment(before), ({ segment }) => segment).at(-1) ?? '';
  const rest = composing && gone.length === 1 ? removeLastCharacter(gone) : '';
  const head = before.slice(0, before.length - gone.length) + rest;
  return { text: head + after, caret: head.length, composing: rest !== '' };
}
