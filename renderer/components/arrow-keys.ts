const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** The ref of a list whose buttons the arrow keys go through, Home and End to its ends: a long one can then be one stop of the Tab key. */
export function arrowKeys(list: HTMLElement | null): (() => void) | undefined {
  if (list === null) return undefined;
  const move = (event: KeyboardEvent): void => {
    const buttons = [...list.querySelectorAll('button')];
    const last = buttons.length - 1;
    const at = buttons.findIndex((button) => button === document.activeElement);
    const step = STEPS[event.key];
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? last : step === undefined ? null : Math.min(last, Math.max(0, at + step));
    if (at < 0 || to === null) return;
    event.preventDefault();
    buttons[to]?.focus();
  };
  list.addEventListener('keydown', move);
  return () => list.removeEventListener('keydown', move);
}
