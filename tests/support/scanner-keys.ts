/** Keys at a pace that does not depend on the machine: each event carries its own time, as a keyboard's do. */
import type { CDPSession, Page } from 'playwright-core';

interface Typing {
  readonly gapMs?: number;
  /** The last key; null: none. */
  readonly end?: 'Enter' | 'Tab' | null;
  /** As with a Korean input method on: the key's place is known, not its character. */
  readonly composing?: boolean;
}

const SCANNER_GAP_MS = 2;
const TYPIST_GAP_MS = 120;
const SHIFTED = '!@#$%^&*()_+{}|:"<>?~';
const PLACES: Readonly<Record<string, string>> = { '/': 'Slash', '?': 'Slash', ':': 'Semicolon', '.': 'Period', '-': 'Minus', _: 'Minus', '=': 'Equal', ' ': 'Space' };

let lastS = 0;

/** Resolves when the screen listens to scanners, which it does a moment after it has appeared. */
export async function scannerListens(page: Page): Promise<void> {
  await page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('scanner-input')));
  await page.waitForLoadState('networkidle');
}

/** Types a text as a quick person does, Enter included. */
export function typeByHand(page: Page, text: string, typing: Typing = {}): Promise<void> {
  return scan(page, text, { gapMs: TYPIST_GAP_MS, ...typing });
}

/** Types a text as a scanner does, Enter included. */
export async function scan(page: Page, text: string, typing: Typing = {}): Promise<void> {
  const keys = await page.context().newCDPSession(page);
  // Never earlier than what was pressed before, and far enough from it to be something new.
  let atS = Math.max(Date.now() / 1_000, lastS) + 1;
  const gapS = (typing.gapMs ?? SCANNER_GAP_MS) / 1_000;
  for (const char of text) {
    await press(keys, placeOf(char), char, atS, typing.composing ?? false);
    atS += gapS;
  }
  const end = typing.end === undefined ? 'Enter' : typing.end;
  if (end !== null) await press(keys, end, end === 'Enter' ? '\r' : '', atS, false);
  lastS = atS;
  await keys.detach();
}

function placeOf(char: string): string {
  if (/[a-z]/i.test(char)) return `Key${char.toUpperCase()}`;
  return /\d/.test(char) ? `Digit${char}` : (PLACES[char] ?? '');
}

async function press(keys: CDPSession, code: string, char: string, timestamp: number, composing: boolean): Promise<void> {
  const isNamed = code === 'Enter' || code === 'Tab';
  const isShifted = /[A-Z]/.test(char) || SHIFTED.includes(char);
  const event = {
    code,
    key: isNamed ? code : composing ? 'Process' : char,
    windowsVirtualKeyCode: composing ? 229 : isNamed ? (code === 'Enter' ? 13 : 9) : char.toUpperCase().charCodeAt(0),
    modifiers: isShifted ? 8 : 0,
    timestamp,
  };
  await keys.send('Input.dispatchKeyEvent', { type: char === '' || composing ? 'rawKeyDown' : 'keyDown', ...event, ...(char === '' || composing ? {} : { text: char }) });
  await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
}
