/**
 * Passwords of the two servers: never in the settings file in plain text, but sealed by the operating system's key store.
 */

/** Electron's safeStorage, or nothing where there is none (a machine without a key store; the command line). */
export interface KeyStore {
  /** Null when this machine has no key store. */
  seal(secret: string): string | null;
  /** Null when it cannot be opened here. */
  open(sealed: string): string | null;
}

export const NO_KEY_STORE: KeyStore = { seal: () => null, open: () => null };

/** Takes the password out of an address; null when it has none. */
export function splitPassword(url: string): { readonly url: string; readonly password: string | null } {
  const parsed = new URL(url);
  if (parsed.password === '') return { url, password: null };
  const password = decodeURIComponent(parsed.password);
  parsed.password = '';
  return { url: parsed.href, password };
}

/** Puts a password into an address that has none. */
export function withPassword(url: string, password: string): string {
  const parsed = new URL(url);
  parsed.password = encodeURIComponent(password);
  return parsed.href;
}
