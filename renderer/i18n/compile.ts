/**
 * ICU messages to the form Lingui reads, for the few kinds these catalogs use: arguments, plural and selectordinal. Lingui's own
 * compiler weighs as much as a tenth of the screen; a test holds this one to the same result for every message.
 */
export type Token = string | readonly [name: string] | readonly [name: string, kind: string, cases: Readonly<Record<string, readonly Token[] | undefined>>];

/** Compiles one message. Throws on syntax these catalogs do not use. */
export function compile(message: string): Token[] {
  const reader = { text: message, at: 0 };
  const tokens = readTokens(reader, false);
  if (reader.at < message.length) throw new Error(`Unexpected } in message: ${message}`);
  return tokens;
}

interface Reader {
  readonly text: string;
  at: number;
}

function readTokens(reader: Reader, inPlural: boolean): Token[] {
  const tokens: Token[] = [];
  while (reader.at < reader.text.length && reader.text[reader.at] !== '}') {
    const plain = take(reader, inPlural ? /[^{}#]+/y : /[^{}]+/y);
    if (plain !== '') tokens.push(plain);
    else if (take(reader, /#/y) !== '') tokens.push('#');
    else tokens.push(readArgument(reader));
  }
  return tokens;
}

function readArgument(reader: Reader): Token {
  const name = must(reader, /\{\s*(\w+)\s*/y);
  if (take(reader, /\}/y) !== '') return [name];
  const kind = must(reader, /,\s*(plural|selectordinal)\s*,\s*/y);
  const cases: Record<string, Token[] | undefined> = { offset: undefined };
  while (take(reader, /\}/y) === '') {
    const key = must(reader, /=?(\w+)\s*\{/y);
    cases[key] = readTokens(reader, true);
    must(reader, /(\})\s*/y);
  }
  return [name, kind, cases];
}

function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.text);
  reader.at += match?.[0].length ?? 0;
  return match?.[1] ?? match?.[0] ?? '';
}

function must(reader: Reader, pattern: RegExp): string {
  const taken = take(reader, pattern);
  if (taken === '') throw new Error(`Unreadable message at ${reader.at}: ${reader.text}`);
  return taken;
}
