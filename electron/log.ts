/**
 * One JSON line per event on stderr. No names, addresses or secrets: events carry ids.
 */
import type { Logger } from './core/ports.ts';

type Level = Parameters<Logger['log']>[0];
const ORDER: readonly Level[] = ['info', 'warn', 'error'];

/** Writes events of this level and above. */
export function createLogger(from: Level): Logger {
  return {
    log(level, event, fields = {}) {
      if (ORDER.indexOf(level) < ORDER.indexOf(from)) return;
      process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
    },
  };
}
