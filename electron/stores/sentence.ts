/** Ends a text as a sentence; some reasons end in a question of their own. */
export function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}
