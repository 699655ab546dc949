import { uncover } from '../actions.ts';

/** Where the keyboard was: a button in a row of a list, or one that stands alone. */
interface Place {
  readonly button: HTMLElement;
  readonly list: HTMLElement | null;
  readonly row: number;
  /** Among the buttons of its row. */
  readonly nth: number;
}

/**
 * A row that leaves takes its button along, and with it the keyboard's place on the page. It goes on at the same button of the row that
 * moved up, or of the last one; where none is left, at the main button. Only for a keyboard: after a finger, nothing is where it was not
 * put. For the life of the page.
 */
export function keepFocus(): void {
  let place: Place | null = null;
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement && target.closest('dialog') === null) place = target.matches('button:focus-visible') ? placeOf(target) : null;
  });
  new MutationObserver(() => {
    if (place === null) return;
    if (place.button.isConnected) place = placeOf(place.button);
    else if (document.activeElement === document.body && document.querySelector('dialog[open]') === null) {
      const next = successor(place) ?? document.querySelector<HTMLElement>('.call-button');
      place = null;
      // A key on its way was meant for who has left, not for who stands there now.
      uncover();
      next?.focus();
    }
  }).observe(document.body, { childList: true, subtree: true });
}

const buttonsOf = (row: Element): readonly HTMLElement[] => [...row.querySelectorAll('button')];

function placeOf(button: HTMLElement): Place {
  const item = button.closest('li');
  const list = item?.parentElement ?? null;
  return { button, list, row: item === null || list === null ? 0 : [...list.children].indexOf(item), nth: item === null ? 0 : buttonsOf(item).indexOf(button) };
}

function successor({ list, row, nth }: Place): HTMLElement | undefined {
  const rows = list?.isConnected === true ? [...list.children].filter((each) => buttonsOf(each).length > 0) : [];
  const buttons = buttonsOf(rows[Math.min(row, rows.length - 1)] ?? document.createElement('li'));
  return buttons[nth] ?? buttons.at(-1);
}
