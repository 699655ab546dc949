/** What fingers must hit and eyes must read on a screen as it stands: sizes, distances, and what is cut off or covered. */

/** Runs in the page, and must use nothing of this module. Only what can be seen counts: lists scroll inside their columns. */
export function measure(): { small: string[]; close: string[]; outside: string[]; cut: string[]; covered: string[]; tiny: string[] } {
  const shown = [...document.querySelectorAll<HTMLElement>('button, input, select')].filter((element) => element.offsetParent !== null);
  const label = (element: HTMLElement): string => element.dataset['testid'] ?? element.textContent?.slice(0, 30) ?? '';
  const boxes = shown.map((element) => ({ element, box: element.getBoundingClientRect() }));
  const isMain = (element: HTMLElement): boolean => element.matches('.call-button, .visit-button');
  const small = boxes.filter(({ element, box }) => box.height < (isMain(element) ? 88 : 48) || box.width < 48).map(({ element, box }) => `${label(element)} ${box.width}×${box.height}`);
  const close: string[] = [];
  for (const [index, a] of boxes.entries()) {
    for (const b of boxes.slice(index + 1)) {
      const gapX = Math.max(a.box.left - b.box.right, b.box.left - a.box.right);
      const gapY = Math.max(a.box.top - b.box.bottom, b.box.top - a.box.bottom);
      const scroller = '.visits, .queue, .connect-body';
      const scrolled = a.element.closest(scroller) !== b.element.closest(scroller);
      if (!scrolled && Math.max(gapX, gapY) < 7.9) close.push(`${label(a.element)} / ${label(b.element)}: ${Math.max(gapX, gapY)}`);
    }
  }
  const outside = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !element.closest('.visually-hidden')).map(label);
  if (document.documentElement.scrollWidth > innerWidth) outside.push('page');
  const texts = [...document.querySelectorAll<HTMLElement>('h1, h2, button, .next, .banner, .column-head, .column-aside, .visit-words, .call-reason, .capacity-text')].filter((element) => element.offsetParent !== null);
  const cut = texts.filter((element) => (getComputedStyle(element).display !== 'inline' && element.scrollWidth > element.clientWidth + 1) || (getComputedStyle(element).overflowY !== 'visible' && element.scrollHeight > element.clientHeight + 3)).map((element) => `${element.className} ${label(element)}`);
  // What stands in a column and does not scroll must be wholly visible and uncovered.
  const fixed = [...document.querySelectorAll<HTMLElement>('.call-button, .add-button, .next, .column-count, .sync, .staff, .booth-words')];
  const covered = fixed.filter((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return [top + 2, bottom - 2].some((y) => !element.contains(document.elementFromPoint((left + right) / 2, y)) && !document.elementFromPoint((left + right) / 2, y)?.contains(element));
  }).map(label);
  const tiny = [...document.querySelectorAll<HTMLElement>('#root *')].filter((element) => element.childElementCount === 0 && (element.textContent ?? '').trim() !== '' && Number.parseFloat(getComputedStyle(element).fontSize) < 17.5).map((element) => `${label(element)} ${getComputedStyle(element).fontSize}`);
  return { small, close, outside, cut, covered, tiny };
}

/** A screen with nothing wrong. */
export const GOOD = { small: [], close: [], outside: [], cut: [], covered: [], tiny: [] };
