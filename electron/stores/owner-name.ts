const OWNER_MAX_CHARS = 100;

/** The name of a process as the history's columns hold it. */
export function ownerName(owner: string): string {
  return cutText(owner, OWNER_MAX_CHARS);
}

/** A text as a column of that many characters holds it. */
export function cutText(text: string, maxChars: number): string {
  return [...text].slice(0, maxChars).join('');
}
