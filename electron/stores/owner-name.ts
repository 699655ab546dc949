const OWNER_MAX_CHARS = 100;

/** The name of a process as the history's columns hold it. */
export function ownerName(owner: string): string {
  return [...owner].slice(0, OWNER_MAX_CHARS).join('');
}
