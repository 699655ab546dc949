import type { SetAsideEntry } from '../core/ports.ts';

const REASON_SHOWN_CHARS = 40;

/** From what is kept of an entry taken out of the way, "score reason", to its parts. Another program may have written anything. */
export function keptOf(text: string): Pick<SetAsideEntry, 'score' | 'reason'> {
  const [, first = '', reason = ''] = /^(\S*) ?(.*)$/s.exec(text) ?? [];
  const score = first === '' ? NaN : Number(first);
  return { score: Number.isFinite(score) ? score : null, reason: (reason === '' ? text : reason).slice(0, REASON_SHOWN_CHARS) };
}
