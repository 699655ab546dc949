/** What a key would type on an English keyboard, whatever input method is on: with Hangul on, a scanner's letters come as syllables. */

const PAIRS: Readonly<Record<string, string>> = {
  Digit1: '1!', Digit2: '2@', Digit3: '3#', Digit4: '4$', Digit5: '5%', Digit6: '6^', Digit7: '7&', Digit8: '8*', Digit9: '9(', Digit0: '0)',
  Minus: '-_', Equal: '=+', BracketLeft: '[{', BracketRight: ']}', Backslash: '\\|', Semicolon: ';:', Quote: '\'"', Comma: ',<', Period: '.>', Slash: '/?', Backquote: '`~',
  Space: '  ', NumpadDecimal: '..', NumpadAdd: '++', NumpadSubtract: '--', NumpadMultiply: '**', NumpadDivide: '//',
};

/** The character, or null for a key that types none. Caps Lock does not count: a code is what was printed. */
export function keyChar({ code, key, shiftKey }: Pick<KeyboardEvent, 'code' | 'key' | 'shiftKey'>): string | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  const digit = /^Numpad(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return digit;
  const pair = PAIRS[code];
  if (pair !== undefined) return pair.charAt(shiftKey ? 1 : 0);
  // Keyboards that are none of hardware's name no code.
  return code === '' && /^[ -~]$/.test(key) ? key : null;
}
