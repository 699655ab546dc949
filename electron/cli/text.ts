/**
 * Answers for people at a terminal: one line per fact.
 */
import type { Answer } from './answer.ts';

/** Lists as lines, everything else as `name: value`; SQL and CSV alone, so that they may be piped. */
export function asText(answer: Answer): string {
  if (Array.isArray(answer['grants'])) return `${answer['grants'].join('\n')}\n`;
  if (typeof answer['csv'] === 'string') return answer['csv'];
  const lines = Object.entries(answer).flatMap(([name, value]) => {
    if (!Array.isArray(value)) return [`${name}: ${brief(value)}`];
    return [`${name}: ${value.length === 0 ? 'none' : value.length}`, ...value.map((item: unknown) => `  ${brief(item)}`)];
  });
  return `${lines.join('\n')}\n`;
}

function brief(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value ?? '-');
  return Object.entries(value)
    .filter(([, part]) => part !== null && part !== '')
    .map(([name, part]) => `${name}=${typeof part === 'object' ? JSON.stringify(part) : String(part)}`)
    .join(' ');
}
