/**
 * Writes the settings file so that a power cut leaves either the old file or the new one.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Result, fail, ok } from '../shared/errors.ts';
import { checkSettings, readSettingsFile } from './config.ts';
import type { Settings } from './settings-schema.ts';

/** Merges `changes` into the file (undefined removes a setting). SETTINGS_INVALID when it cannot be read or written. */
export function saveSettings(path: string, changes: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Result<null> {
  const before = readSettingsFile(path);
  if (!before.ok) return before;
  // What could not be read again must not be written: it would keep the kiosk from starting.
  const after = checkSettings(JSON.parse(JSON.stringify({ ...before.value, ...changes })), path);
  if (!after.ok) return after;
  const text = `${JSON.stringify(after.value, null, 2)}\n`;
  const draft = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Readable by its owner alone: addresses may carry user names.
    const file = openSync(draft, 'w', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    return ok(null);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return fail('SETTINGS_INVALID', `The settings file ${path} cannot be written (${code}).`);
  }
}
