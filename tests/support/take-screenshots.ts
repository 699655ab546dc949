/** Takes a picture of every state of the screen: npm run screenshots -- [OUT-FOLDER] [filter]. */
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startRendererPages } from './renderer-page.ts';
import { openScene } from './scene.ts';
import { scenes } from './scenes.ts';

const SIZES = [
  { width: 1024, height: 600 },
  { width: 1280, height: 800 },
  { width: 800, height: 1280 },
];
const LANGUAGES = ['ko', 'en'] as const;
const THEMES = ['dark', 'light'] as const;

const [folder = 'screenshots', filter = ''] = process.argv.slice(2);
const wanted = scenes.filter((scene) => scene.name.includes(filter));
if (wanted.length === 0) {
  console.error(`No state is called "${filter}". There are: ${scenes.map((scene) => scene.name).join(', ')}.`);
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const shots = wanted.flatMap((scene) => SIZES.flatMap((size) => LANGUAGES.flatMap((language) => THEMES.map((theme) => ({ scene, size, language, theme })))));
const pages = await startRendererPages();
let taken = 0;

async function takeRest(): Promise<void> {
  for (let shot = shots.shift(); shot !== undefined; shot = shots.shift()) {
    const { scene, size, language, theme } = shot;
    const page = await openScene(pages, scene, language, size, theme);
    await page.screenshot({ path: join(folder, `${scene.name}-${size.width}x${size.height}-${language}-${theme}.png`) });
    await pages.done(page);
    taken += 1;
  }
}

try {
  await Promise.all(Array.from({ length: availableParallelism() }, takeRest));
} finally {
  await pages.close();
}
console.info(`${taken} pictures of ${wanted.length} states in ${folder}`);
const complaints = new Set(pages.complaints);
for (const complaint of complaints) console.error(complaint);
if (complaints.size > 0) process.exitCode = 1;
