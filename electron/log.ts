/**
 * One JSON line per event, on stderr and, where there is one, in the log file. No names, addresses or secrets: events carry ids, and what
 * slips in all the same is hidden.
 */
import type { LogFields, Logger } from './core/ports.ts';
import type { LogFile } from './log/log-file.ts';
import { createRedactor } from './log/redact.ts';

type Level = Parameters<Logger['log']>[0];
const ORDER: readonly Level[] = ['debug', 'info', 'warn', 'error'];

interface LogTargets {
  readonly file?: LogFile | null;
  /** Never written, whatever text they stand in. */
  readonly secrets?: readonly string[];
}

/** Of one text; stacks are longest. */
const TEXT_MAX_CHARS = 4_000;

/** Writes events of this level and above. */
export function createLogger(from: Level, { file = null, secrets = [] }: LogTargets = {}): Logger {
  surviveStderr();
  const redact = createRedactor(secrets);
  return {
    log(level, event, fields = {}) {
      if (ORDER.indexOf(level) < ORDER.indexOf(from)) return;
      const line = logLine(level, event, fields, redact);
      process.stderr.write(line);
      file?.write(line);
    },
  };
}

/** One event as it is written, secrets hidden. */
export function logLine(level: Level, event: string, fields: LogFields, redact = createRedactor([])): string {
  const safe = Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? cut(redact(value, name)) : value] as const);
  return `${JSON.stringify({ time: new Date().toISOString(), level, event, ...Object.fromEntries(safe) })}\n`;
}

function cut(text: string): string {
  return text.length > TEXT_MAX_CHARS ? `${text.slice(0, TEXT_MAX_CHARS)}…` : text;
}

const ignore = (): void => undefined;

/** A terminal that was closed, or a full disk behind stderr, is no reason to die. */
function surviveStderr(): void {
  if (!process.stderr.listeners('error').includes(ignore)) process.stderr.on('error', ignore);
}
