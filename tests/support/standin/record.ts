/**
 * What the program asked of Electron, one JSON line each, for tests: on the stand-in they can assert what was asked,
 * not what Electron would make of it.
 */
import { appendFileSync } from 'node:fs';

const file = process.env['STANDIN_RECORD'];

/** Notes a call. Functions among the details become the word "function". */
export function record(call: string, details: unknown = null): void {
  if (file === undefined) return;
  const line = JSON.stringify({ call, details }, (_key, value: unknown) => (typeof value === 'function' ? 'function' : value));
  appendFileSync(file, `${line}\n`);
}
