const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Arrow keys go through the buttons of a list marked `data-arrow-keys`, Home and End to its ends: a long one can be one stop of the Tab key. For the life of the page. */
export function followArrowKeys(): void {
  document.addEventListener('keydown', (event) => {
    const buttons = [...(document.activeElement?.closest('[data-arrow-keys]')?.querySelectorAll('button') ?? [])];
    const last = buttons.length - 1;
    const at = buttons.findIndex((button) => button === document.activeElement);
    const step = STEPS[event.key];
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? last : step === undefined ? null : Math.min(last, Math.max(0, at + step));
    if (at < 0 || to === null) return;
    event.preventDefault();
    buttons[to]?.focus();
  });
}
