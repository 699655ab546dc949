/** A state of the screen, and how a page is brought to it. */
import type { Page } from 'playwright-core';
import { displayView } from '../../electron/display-view.ts';
import type { Language, Snapshot } from '../../shared/snapshot.ts';
import { push } from './fake-bridge.ts';
import type { RendererPages, Screen } from './renderer-page.ts';

/** Longer than any transition, shorter than any countdown. */
const TRANSITION_MS = 2_000;

export type Theme = 'dark' | 'light';

export interface Scene {
  readonly name: string;
  readonly snapshot: Snapshot;
  /** In the window that visitors look at. */
  readonly display?: true;
  /** Magnified to twice the size: half as many pixels for the page. */
  readonly magnified?: true;
  /** How one comes from the snapshot to the state. */
  readonly act?: (page: Page) => Promise<void>;
}

/** Opens a page on a scene. The caller closes its context. */
export async function openScene(pages: RendererPages, scene: Scene, language: Language, size: Screen, theme: Theme): Promise<Page> {
  const snapshot = { ...scene.snapshot, language };
  const screen = scene.magnified === true ? { width: size.width / 2, height: size.height / 2 } : size;
  const page = scene.display === true ? await pages.openDisplay(displayView(snapshot), screen, 'reduce') : await pages.open(snapshot, screen);
  await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
  await scene.act?.(page);
  if (scene.display !== true) await push(page, {});
  // Whatever comes or goes has done so; what counts down for longer is part of the state.
  await page.evaluate((longestMs) => Promise.all(document.getAnimations().filter((each) => Number(each.effect?.getComputedTiming().endTime) <= longestMs).map((each) => each.finished.catch(() => undefined))), TRANSITION_MS);
  return page;
}
