/** Takes a picture of every state of the screen: npm run screenshots -- [OUT-FOLDER] [filter,filter,…]. */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { errors } from 'playwright-core';
import { endBrowser, startRendererPages } from './renderer-page.ts';
import { openScene, type Scene, type Theme } from './scene.ts';
import { scenes } from './scenes.ts';
import type { Language } from '../../shared/snapshot.ts';

const SIZES = [
  { width: 1024, height: 600 },
  { width: 1280, height: 800 },
  { width: 800, height: 1280 },
];
const LANGUAGES = ['ko', 'en'] as const;
const THEMES = ['dark', 'light'] as const;
/** Nothing is measured here: on a busy machine it only takes longer. */
const WAIT_MS = 60_000;

interface Shot {
  readonly scene: Scene;
  readonly size: (typeof SIZES)[number];
  readonly language: Language;
  readonly theme: Theme;
}

const [folder = 'screenshots', filter = ''] = process.argv.slice(2);
const wanted = scenes.filter((scene) => filter.split(',').some((part) => scene.name.includes(part)));
if (wanted.length === 0) {
  console.error(`No state is called "${filter}". There are: ${scenes.map((scene) => scene.name).join(', ')}.`);
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const shots: Shot[] = wanted.flatMap((scene) => SIZES.flatMap((size) => LANGUAGES.flatMap((language) => THEMES.map((theme) => ({ scene, size, language, theme })))));
const pages = await startRendererPages(WAIT_MS);
const missed: string[] = [];
let taken = 0;

async function take({ scene, size, language, theme }: Shot, name: string): Promise<void> {
  const page = await openScene(pages, scene, language, size, theme);
  await page.screenshot({ path: join(folder, name) });
  await pages.done(page);
  taken += 1;
}

async function takeRest(): Promise<void> {
  for (let shot = shots.shift(); shot !== undefined; shot = shots.shift()) {
    const name = `${shot.scene.name}-${shot.size.width}x${shot.size.height}-${shot.language}-${shot.theme}.png`;
    await take(shot, name).catch((error: unknown) => {
      // A state that is not reached leaves the pictures of the others; a browser that ended does not.
      if (!(error instanceof Error) || ![error, error.cause].some((each) => each instanceof errors.TimeoutError)) throw error;
      missed.push(`${name}: ${error.message}`);
    });
  }
}

try {
  await Promise.all(Array.from({ length: availableParallelism() }, takeRest));
} finally {
  await endBrowser();
}
console.info(`${taken} pictures of ${wanted.length} states in ${folder}`);
const complaints = new Set([...missed, ...pages.complaints]);
for (const complaint of complaints) console.error(complaint);
if (complaints.size > 0) process.exitCode = 1;
