/** A server's address and its password: typed apart, so that nobody reads the password over a shoulder, and sent as one. */

/** Up to the last @: what was pasted may hold characters that should have been encoded. */
const WITH_PASSWORD = /^([a-z][a-z+.-]*:\/\/)([^/?#@:]*):(.*)@([^@]*)$/is;
const WITHOUT_PASSWORD = /^([a-z][a-z+.-]*:\/\/)(?:([^/?#@]*)@)?(.*)$/is;

export interface StoreAddress {
  readonly url: string;
  readonly password: string;
}

/** Takes the password out of an address that was pasted whole. null: there is none in it. */
export function takePassword(typed: string): StoreAddress | null {
  const [, scheme = '', user = '', password = '', rest = ''] = WITH_PASSWORD.exec(typed) ?? [];
  if (scheme === '') return null;
  return { url: `${scheme}${user === '' ? '' : `${user}@`}${rest}`, password: decoded(password) };
}

/** The whole address, for the main process only. */
export function wholeAddress({ url, password }: StoreAddress): string {
  const address = url.trim();
  if (password === '') return address;
  const [, scheme = '', user = '', rest = ''] = WITHOUT_PASSWORD.exec(address) ?? [];
  // Without a scheme it is no address; the main process says so.
  return scheme === '' ? address : `${scheme}${user}:${encodeURIComponent(password)}@${rest}`;
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    // A bare % is part of a password that was never encoded.
    return password;
  }
}
