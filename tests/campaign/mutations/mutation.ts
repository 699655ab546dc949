/** What a mutation is: a mistake a developer could make, as changes to the text of the product, and the check that must catch it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Patch {
  /** From the root of the tree, with slashes. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A test file, and of its tests those whose full name matches. */
export interface Check {
  readonly file: string;
  /** A regular expression; every test of the file when there is none. */
  readonly only?: string;
}

/** The mistake made in one place. The same mistake in a store and in its twin is two places, each with a check of its own. */
export interface Place {
  readonly patches: readonly Patch[];
  readonly check: Check;
}

export interface Mutation {
  /** Words joined by dashes. */
  readonly id: string;
  /** What was done wrong, as a sentence without a full stop. */
  readonly mistake: string;
  readonly places: readonly Place[];
}

/** The files that are made wrong, in few words. */
export function madeIn({ patches }: Place): string {
  return [...new Set(patches.map(({ file }) => file.replace(/^electron\/(stores\/)?/, '')))].join(', ');
}

/** Why a patch does not fit the tree at `root`; null when it does. */
export function misfit(root: string, { file, find, replace }: Patch): string | null {
  if (find === replace) return `${file}: the patch changes nothing`;
  const found = readFileSync(join(root, file), 'utf8').split(find).length - 1;
  return found === 1 ? null : `${file}: its text is there ${found} times instead of once: ${JSON.stringify(find.slice(0, 120))}`;
}

/** Applies the patches to the tree at `root`; the function returned puts it back as it was. Throws when one does not fit, with nothing changed. */
export function applyPatches(root: string, patches: readonly Patch[]): () => void {
  const before = new Map(patches.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')]));
  const restore = (): void => {
    for (const [file, text] of before) writeFileSync(join(root, file), text);
  };
  try {
    for (const patch of patches) apply(root, patch);
  } catch (error) {
    restore();
    throw error;
  }
  return restore;
}

function apply(root: string, patch: Patch): void {
  const problem = misfit(root, patch);
  if (problem !== null) throw new Error(problem);
  const path = join(root, patch.file);
  const [ahead = '', behind = ''] = readFileSync(path, 'utf8').split(patch.find);
  writeFileSync(path, `${ahead}${patch.replace}${behind}`);
}
