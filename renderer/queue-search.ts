/** Finding somebody in a long queue by what they say: a name, part of it, or their number. */
import type { WaitingEntry } from '../shared/snapshot.ts';

const plain = (text: string): string => text.normalize('NFKC').toLocaleLowerCase().replaceAll(/\s+/g, '');

/** In calling order; whose number is the very one comes first. Everybody, when nothing is looked for. */
export function findInQueue(entries: readonly WaitingEntry[], sought: string): readonly WaitingEntry[] {
  const text = plain(sought).replace(/^#|번$/g, '');
  if (text === '') return entries;
  const isExact = ({ number }: WaitingEntry): boolean => String(number) === text;
  const fits = (entry: WaitingEntry): boolean => plain(entry.name).includes(text) || (entry.number !== null && String(entry.number).startsWith(text));
  const found = entries.filter(fits);
  return [...found.filter(isExact), ...found.filter((entry) => !isExact(entry))];
}
