/**
 * Starts the built kiosk for a test: on Electron where its binary is there, else on the stand-in.
 * Tests never see the difference, except through `realElectron`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findElectron } from './find-program.mjs';
import { launchOnElectron } from './launch-electron.ts';
import { launchOnStandIn } from './launch-standin.ts';
import { ensureBuilt } from './setup/build.mjs';
import type { Order } from './standin/control.ts';

interface LaunchOptions {
  /** Arguments of the program, e.g. ['--demo']. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Kept when given; otherwise a fresh folder that goes with the kiosk. */
  readonly dataDir?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** The end of its address. */
export type PageName = 'index.html' | 'index.html?display';

/** Something main asked of Electron, recorded by the stand-in. */
export interface Asked {
  readonly call: string;
  readonly details: unknown;
}

export interface LaunchedKiosk {
  /** The page of the kiosk's window as it is now, or of the visitors' display; ask again after a crash. Fails after 40 s without one. */
  page(which?: PageName): Promise<Page>;
  /** Lets something happen to the machine, where that can be done. */
  order(order: Order): Promise<void>;
  readonly pid: number;
  readonly dataDir: string;
  readonly realElectron: boolean;
  kill(signal: NodeJS.Signals): void;
  /** Everything the program has written to stderr so far. */
  stderr(): string;
  /** What main asked of Electron so far; empty on real Electron. */
  asked(): Promise<readonly Asked[]>;
  /** Resolves with the exit code when the program ends, 128 + n or -1 when a signal ended it. */
  exited(): Promise<number>;
  /** Asks the program to quit (it drains) and waits for its exit code. */
  close(): Promise<number>;
}

export interface Launch {
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly dataDir: string;
  readonly viewport: { readonly width: number; readonly height: number };
}

const DEFAULT_VIEWPORT = { width: 1280, height: 800 };

/** Builds if need be, starts the kiosk, and returns at once; `page()` waits for the window. */
export async function launchKiosk(options: LaunchOptions = {}): Promise<LaunchedKiosk> {
  await ensureBuilt();
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'kiosk-data-')));
  const launch: Launch = {
    args: options.args ?? [],
    env: { ...inherited(), KIOSK_DATA_DIR: dataDir, ...options.env },
    dataDir,
    viewport: options.viewport ?? DEFAULT_VIEWPORT,
  };
  const electron = findElectron();
  const kiosk = electron === null ? await launchOnStandIn(launch) : await launchOnElectron(electron, launch);
  if (options.dataDir !== undefined) return kiosk;
  return {
    ...kiosk,
    async close() {
      const code = await kiosk.close();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
      return code;
    },
  };
}

/** The environment without settings of the kiosk: a test says itself what it wants. */
function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name, value]) => value !== undefined && !name.startsWith('KIOSK_'));
  return Object.fromEntries(entries) as Record<string, string>;
}
