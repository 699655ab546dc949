/**
 * Listens to a scanner, which is a keyboard to the computer. It types into whatever has the focus: what it leaves there is taken back, and
 * its Enter never reaches a button.
 */
import { keyChar } from './key-chars.ts';
import { createScanReader } from './scan-reader.ts';

type Field = HTMLInputElement | HTMLTextAreaElement;
interface Before {
  readonly field: Field;
  readonly value: string;
  readonly start: number | null;
  readonly end: number | null;
}

/** Calls `onScan` with the text of every scan; the function returned stops it. */
export function listenToScanner(onScan: (text: string) => void): () => void {
  const read = createScanReader();
  let before: Before | null = null;

  const onKeyDown = (event: KeyboardEvent): void => {
    const isTyped = !event.repeat && !event.ctrlKey && !event.altKey && !event.metaKey;
    const field = fieldWithFocus();
    const reading = read({
      char: isTyped ? keyChar(event) : null,
      ends: isTyped && ['Enter', 'NumpadEnter', 'Tab'].includes(event.code === '' ? event.key : event.code),
      isShift: event.key === 'Shift',
      inField: field !== null,
      atMs: event.timeStamp,
    });
    if (reading.is === 'begins') before = field;
    // A blank presses the button that has the focus.
    if (reading.is === 'goes-on' && event.code === 'Space' && before === null) event.preventDefault();
    if (reading.is === 'scan' || reading.is === 'echo') {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (reading.is !== 'scan') return;
    if (before !== null) restore(before, event.isComposing);
    before = null;
    onScan(reading.text);
  };
  // Before anybody else on the page.
  window.addEventListener('keydown', onKeyDown, { capture: true });
  return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
}

function fieldWithFocus(): Before | null {
  const field = document.activeElement;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return null;
  return { field, value: field.value, start: field.selectionStart, end: field.selectionEnd };
}

function restore({ field, value, start, end }: Before, isComposing: boolean): void {
  // Leaving the field ends the syllable the input method is at; it would be written over what is restored otherwise.
  if (isComposing) field.blur();
  const owner = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  // React looks at the element's own setter to learn what it knows already.
  Object.getOwnPropertyDescriptor(owner, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.focus();
  if (start !== null) field.setSelectionRange(start, end);
}
