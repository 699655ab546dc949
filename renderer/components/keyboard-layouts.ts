/** Where the characters are: as on every Korean keyboard, so that nobody has to look for them. */
export type Script = 'hangul' | 'latin';

/** Ten, nine and seven letters to a row. */
const LETTERS: Readonly<Record<Script, readonly [string, string, string]>> = {
  hangul: ['ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ', 'ㅁㄴㅇㄹㅎㅗㅓㅏㅣ', 'ㅋㅌㅊㅍㅠㅜㅡ'],
  latin: ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'],
};
const SHIFTED_HANGUL: Readonly<Record<string, string>> = { ㅂ: 'ㅃ', ㅈ: 'ㅉ', ㄷ: 'ㄸ', ㄱ: 'ㄲ', ㅅ: 'ㅆ', ㅐ: 'ㅒ', ㅔ: 'ㅖ' };

/** The letters of a script row by row, with Shift or without. */
export function lettersOf(script: Script, isShifted: boolean): readonly (readonly string[])[] {
  const shifted = (letter: string): string => (script === 'hangul' ? (SHIFTED_HANGUL[letter] ?? letter) : letter.toUpperCase());
  return LETTERS[script].map((row) => [...row].map((letter) => (isShifted ? shifted(letter) : letter)));
}
