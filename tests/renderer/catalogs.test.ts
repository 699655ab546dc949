/** The catalogs hold every sentence, the same ones in both languages, and the components hold none. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import { RULE_CODES, STORE_CODES } from '../../shared/errors.ts';
import { compile } from '../../renderer/i18n/compile.ts';
import { en } from '../../renderer/i18n/en.ts';
import { ko } from '../../renderer/i18n/ko.ts';

const RENDERER = join(import.meta.dirname, '../../renderer');
const sources = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'));
const read = (path: string): string => readFileSync(join(RENDERER, path), 'utf8');

/** The argument names of a message, however deep. */
function argumentsOf(message: string): readonly string[] {
  const names = new Set<string>();
  const visit = (tokens: unknown): void => {
    if (!Array.isArray(tokens)) return;
    for (const token of tokens) {
      if (!Array.isArray(token)) continue;
      const [name, , cases] = token as [string, string?, unknown?];
      names.add(name);
      if (typeof cases === 'object' && cases !== null) Object.values(cases).forEach(visit);
    }
  };
  visit(compileMessageOrThrow(message));
  return [...names].sort();
}

describe('the catalogs', () => {
  it('have the same ids', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(ko).sort());
  });

  it.each(Object.keys(ko) as (keyof typeof ko)[])('%s is valid in both languages and takes the same values', (id) => {
    expect(compile(ko[id])).toEqual(compileMessageOrThrow(ko[id]));
    expect(compile(en[id])).toEqual(compileMessageOrThrow(en[id]));
    // A language may leave a value out (Korean needs no plural forms), but may not ask for one the other never gets.
    expect(argumentsOf(en[id])).toEqual(argumentsOf(ko[id]));
    expect(ko[id].trim()).not.toBe('');
  });

  it('have words for every error code', () => {
    for (const code of [...RULE_CODES, ...STORE_CODES]) expect(ko).toHaveProperty([`error.${code}`]);
  });

  it('hold nothing that no screen uses', () => {
    const text = sources.filter((path) => !/i18n\/(ko|en)\.ts$/.test(path)).map(read).join('\n');
    const built = [...text.matchAll(/`([a-z]+\.[^`]*\$\{[^`]*)`/g)].map((match) => new RegExp(`^${(match[1] ?? '').replace(/\$\{[^}]*\}/g, '.+').replaceAll('.+.', '.+\\.')}$`));
    const unused = Object.keys(ko).filter((id) => !text.includes(`'${id}'`) && !built.some((pattern) => pattern.test(id)));
    expect(unused).toEqual([]);
  });
});

describe('the components', () => {
  it.each(sources.filter((path) => path.endsWith('.tsx')))('%s holds no sentence of its own', (path) => {
    const code = read(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const textNodes = [...code.matchAll(/<[a-z][^<>]*>([^<>{}]*\p{L}{2,}[^<>{}]*)<\//giu)].map((match) => match[1]);
    const attributes = [...code.matchAll(/\b(?:aria-label|title|alt|aria-description)="([^"]*)"/g)].map((match) => match[1]);
    expect([...textNodes, ...attributes]).toEqual([]);
  });
});
