/**
 * The last guard before a text leaves for a log: addresses with whatever they carry, pairs of name and password, and the secrets this
 * kiosk was given. It errs on the side of hiding.
 */

const HIDDEN = '[hidden]';

/** `scheme://`, also with its signs escaped as in JSON or in another address. */
const SCHEME = /([a-z][a-z0-9+.-]{0,30})(?::|%3a)(?:\\*\/|%2f){2}/gi;
/** Where code is, not who is where. */
const CODE = /^file$/i;
/** A webhook's path alone, as Slack writes them. */
const SLACK_PATH = /\bT[A-Z0-9]{6,}(?:\\*\/|%2f)B[A-Z0-9]{6,}(?:(?:\\*\/|%2f)\w+)?/gi;
/** In a text; a field of that name is hidden whole. */
const NAMED = /((?:password|passwd|pwd|secret|token|authorization)["']?\s*[=:]\s*["']?(?:(?:basic|bearer)\s+)?)[^\s"',;]+/gi;
const SECRET_FIELD = /password|passwd|secret|token|authorization|url$/i;

/** Shorter ones would hide half of every line; two of these signs say nothing. */
const SECRET_MIN_CHARS = 4;

/** A guard for one kiosk. `secrets`: what its settings hold. */
export function createRedactor(secrets: readonly string[]): (text: string, field?: string) => string {
  // The longest first: a part of another must not leave the rest of it.
  const known = [...new Set(secrets.flatMap(spellings))].filter((secret) => secret.length >= SECRET_MIN_CHARS).toSorted((a, b) => b.length - a.length);
  return (text, field = '') => {
    if (SECRET_FIELD.test(field)) return HIDDEN;
    let safe = text;
    for (const secret of known) safe = safe.replaceAll(secret, HIDDEN);
    return safe.replaceAll(/\S+/g, withoutAddress).replaceAll(SLACK_PATH, HIDDEN).replaceAll(NAMED, `$1${HIDDEN}`);
  };
}

/** As it is, in an address, and in a text quoted by another program. */
function spellings(secret: string): readonly string[] {
  return [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
}

/** One word of a text: hidden from its first address on, and all of it if it is a name and a password before an @. */
function withoutAddress(word: string): string {
  const address = [...word.matchAll(SCHEME)].find(([, scheme = '']) => !CODE.test(scheme));
  if (address !== undefined) return `${withoutLogin(word.slice(0, address.index))}${address[1]}://${HIDDEN}`;
  return /^\(?file:/i.test(word) ? word : withoutLogin(word);
}

function withoutLogin(word: string): string {
  const colon = word.indexOf(':');
  return colon >= 0 && colon < word.lastIndexOf('@') ? HIDDEN : word;
}
