import { useCallback, useLayoutEffect, useRef, useState, type ChangeEvent } from 'react';
import { deleteBackwards, typeCharacter, type TypedText } from '../typed-text.ts';
import { firstFocus } from './modal.tsx';

const NOTHING: TypedText = { text: '', caret: 0, composing: false };

/** A field of a dialog that is filled by keys of the screen and of a keyboard, its input method included. */
export function useTypedField() {
  const field = useRef<HTMLInputElement | null>(null);
  const newest = useRef(NOTHING);
  const isComposing = useRef(false);
  const [typed, setTyped] = useState(NOTHING);
  const ref = useCallback((element: HTMLInputElement | null) => {
    field.current = element;
    firstFocus.ref(element);
  }, []);

  const put = (next: TypedText): void => {
    newest.current = next;
    setTyped(next);
  };
  const edit = (change: (typed: TypedText) => TypedText): void => put(change(atCaret(newest.current, field.current)));
  useLayoutEffect(() => {
    const element = field.current;
    // In the middle of a syllable of the input method the caret is its own.
    if (element !== null && !isComposing.current && element.selectionStart !== typed.caret) element.setSelectionRange(typed.caret, typed.caret);
  }, [typed]);

  return {
    text: typed.text,
    /** The input method is at a syllable: Enter ends that, and nothing else. */
    isComposing: (): boolean => isComposing.current,
    type: (characters: string): void => edit((now) => [...characters].reduce(typeCharacter, now)),
    deleteBackwards: (): void => edit(deleteBackwards),
    props: {
      ...firstFocus,
      ref,
      value: typed.text,
      autoComplete: 'off',
      spellCheck: false,
      // The system's own keyboard would cover the one of the screen.
      inputMode: 'none',
      onChange: ({ target }: ChangeEvent<HTMLInputElement>): void => put({ text: target.value, caret: target.selectionStart ?? target.value.length, composing: false }),
      onCompositionStart: (): void => void (isComposing.current = true),
      onCompositionEnd: (): void => void (isComposing.current = false),
    },
  } as const;
}

/** The text without what is selected, at the caret of the field; of two keys within one frame the second finds it where the first left it. */
function atCaret(now: TypedText, element: HTMLInputElement | null): TypedText {
  if (element === null || element.value !== now.text) return now;
  const start = element.selectionStart ?? now.caret;
  const end = element.selectionEnd ?? start;
  if (start !== end) return { text: now.text.slice(0, start) + now.text.slice(end), caret: start, composing: false };
  return start === now.caret ? now : { ...now, caret: start, composing: false };
}
