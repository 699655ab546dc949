/** The operating system's key store, through Electron. */
import { safeStorage } from 'electron';
import type { KeyStore } from './secrets.ts';

/** Where the system has no real key store, nothing is sealed: an obfuscated password is a plain one. Needs the app to be ready. */
export const systemKeyStore: KeyStore = {
  seal: (secret) => (isTrustworthy() ? safeStorage.encryptString(secret).toString('base64') : null),
  open(sealed) {
    if (!isTrustworthy()) return null;
    try {
      return safeStorage.decryptString(Buffer.from(sealed, 'base64'));
    } catch {
      // Sealed on another machine, or by another user.
      return null;
    }
  },
};

function isTrustworthy(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  // Without a key ring Chromium on Linux falls back to a password that everybody knows.
  return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
}
