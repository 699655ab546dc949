/** The log in the data folder: at most five files of 2 MB. Whatever happens to disk or folder, the kiosk goes on, and says so once. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { createStream } from 'rotating-file-stream';

export interface LogFile {
  /** Never throws and never waits. */
  write(line: string): void;
  /** Brings what was written to the disk, within a second. */
  end(): Promise<void>;
}

interface LogFileSettings {
  readonly folder: string;
  /** Is told once when the file fails, again only after it has worked in between. */
  readonly onFailure: (reason: string) => void;
  readonly open?: (folder: string) => Writable;
  readonly nowMs?: () => number;
}

const NAME = 'kiosk.log';
/** The current one, and four from before it. */
const FILES = 5;
/** With one line more, which is bounded, too, it is still below 2 MB. */
const ROTATE_AT = '1900K';
/** What waits for a slow disk; beyond it lines are left out and counted. */
const BUFFER_LIMIT_BYTES = 1_000_000;
const RETRY_MS = 60_000;
const END_LIMIT_MS = 1_000;

export function openLogFile({ folder, onFailure, open = openRotated, nowMs = () => performance.now() }: LogFileSettings): LogFile {
  let stream: Writable | null = null;
  let retryAt = 0;
  let isTold = false;
  let missing = 0;
  let ended = false;

  function fail(failed: Writable | null, error: unknown): void {
    if (failed !== stream) return;
    stream = null;
    retryAt = nowMs() + RETRY_MS;
    if (!isTold) onFailure(error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN');
    isTold = true;
  }

  function current(): Writable | null {
    if (stream !== null || ended || nowMs() < retryAt) return stream;
    try {
      const opened = open(folder);
      stream = opened;
      opened.on('error', (error) => fail(opened, error));
    } catch (error) {
      fail(null, error);
    }
    return stream;
  }

  /** `lines`: what is missing if this is. */
  function put(to: Writable, line: string, lines: number): void {
    to.write(line, (error) => {
      if (error) missing += lines;
      else if (to === stream) isTold = false;
    });
  }

  return {
    write(line) {
      const to = current();
      if (to === null || to.writableLength > BUFFER_LIMIT_BYTES) {
        missing += 1;
        return;
      }
      const before = missing;
      missing = 0;
      if (before > 0) put(to, `${JSON.stringify({ time: new Date().toISOString(), level: 'warn', event: 'log-lines-missing', lines: before })}\n`, before);
      put(to, line, 1);
    },
    async end() {
      ended = true;
      const last = stream;
      if (last === null) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, END_LIMIT_MS);
        last.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        last.end();
      });
    },
  };
}

/** Where it is, below the data folder. */
export function logFolder(dataDir: string): string {
  return join(dataDir, 'logs');
}

/** For a program that dies in this very moment: past all that waits. */
export function appendLastWords(folder: string, line: string): void {
  try {
    appendFileSync(join(folder, NAME), line);
  } catch {
    // They were said on stderr.
  }
}

/** What writes, without a word about failures. */
export function openRotated(folder: string): Writable {
  return createStream(NAME, { path: folder, size: ROTATE_AT, rotate: FILES - 1, mode: 0o600 });
}
