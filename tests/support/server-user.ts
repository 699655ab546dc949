/** SQL servers refuse to run as root; then they run as a user that owns nothing else. */
import { chownSync, lchownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** For spawn(): nobody when the tests run as root, else no change. */
export function serverUser(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
}

/** Hands a folder and all that is in it to that user. */
export function giveToServer(folder: string): void {
  const { uid, gid } = serverUser();
  if (uid === undefined || gid === undefined) return;
  chownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) lchownSync(join(folder, entry), uid, gid);
}
