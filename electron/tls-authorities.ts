/** Whose certificates are accepted, when not those of the authorities every program trusts. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Result, fail, ok } from '../shared/errors.ts';

/** The text of `file`; null when none is named. A relative path counts from the folder of the settings file. */
export function readAuthorities(file: string | undefined, settingsFile: string): Result<string | null> {
  if (file === undefined) return ok(null);
  const path = resolve(dirname(settingsFile), file);
  const problem = (what: string) => fail('SETTINGS_INVALID', `tlsCaFile: the file ${path} ${what}.`);
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    return problem(error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'does not exist' : 'cannot be read');
  }
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g);
  if (certificates === null) return problem('holds no certificate in PEM form');
  try {
    certificates.forEach((certificate) => new X509Certificate(certificate));
    return ok(pem);
  } catch {
    return problem('holds a certificate that is damaged');
  }
}
