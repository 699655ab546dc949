/** The catalogs hold every sentence, the same ones in both languages, and the components hold none. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import { RULE_CODES, STORE_CODES } from '../../shared/errors.ts';
import { activateLanguage, i18n, withLaterWords } from '../../renderer/i18n/i18n.ts';

const RENDERER = join(import.meta.dirname, '../../renderer');
const sources = readdirSync(RENDERER, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'));
const read = (path: string): string => readFileSync(join(RENDERER, path), 'utf8');
const catalog = (language: string): ReadonlyMap<string, string> => new Map(Object.entries(JSON.parse(read(`i18n/${language}.json`)) as Record<string, string>));
/** The board's, which a start reads, and those of everything that opens later. */
const CATALOGS = ['', 'later-'] as const;
const both = (language: string): ReadonlyMap<string, string> => new Map(CATALOGS.flatMap((prefix) => [...catalog(`${prefix}${language}`)]));
const ko = both('ko');
const en = both('en');

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
  it('have the same ids, each once', () => {
    for (const prefix of CATALOGS) {
      expect([...catalog(`${prefix}en`).keys()]).toEqual([...catalog(`${prefix}ko`).keys()]);
      for (const language of ['ko', 'en']) {
        const written = [...read(`i18n/${prefix}${language}.json`).matchAll(/^ {2}"([^"]+)":/gm)].map((match) => match[1]);
        expect(written).toEqual([...catalog(`${prefix}${language}`).keys()]);
      }
    }
    expect([...catalog('ko').keys()].filter((id) => catalog('later-ko').has(id))).toEqual([]);
  });

  it.each([...ko.keys()])('%s is valid in both languages and takes the same values', (id) => {
    const [korean = '', english = ''] = [ko.get(id), en.get(id)];
    // A language may leave a value out (Korean needs no plural forms), but may not ask for one the other never gets.
    expect(argumentsOf(english)).toEqual(argumentsOf(korean));
    expect(korean.trim()).not.toBe('');
    expect(english.trim()).not.toBe('');
  });

  it('have words for every error code', () => {
    for (const code of [...RULE_CODES, ...STORE_CODES]) expect([...ko.keys()]).toContain(`error.${code}`);
  });

  it('hold nothing that no screen uses', () => {
    const text = sources.map(read).join('\n');
    const built = [...text.matchAll(/`([a-z]+\.[^`]*\$\{[^`]*)`/g)].map((match) => new RegExp(`^${(match[1] ?? '').replace(/\$\{[^}]*\}/g, '.+').replaceAll('.+.', '.+\\.')}$`));
    const unused = [...ko.keys()].filter((id) => !text.includes(`'${id}'`) && !built.some((pattern) => pattern.test(id)));
    expect(unused).toEqual([]);
  });

  it('reach the screen compiled: plural forms work without a compiler there', async () => {
    await withLaterWords(Promise.resolve());
    const settled = (seen: number): string => i18n.t('panel.reconciled', { seen, settled: 1 });
    await activateLanguage('en');
    expect([settled(0), settled(2)]).toEqual(['Pass done: nothing was left to settle.', 'Pass done: 2 seen, 1 settled.']);
    expect([1, 2, 3, 11, 22].map((position) => i18n.t('add.positionValue', { position }))).toEqual(['1st', '2nd', '3rd', '11th', '22nd']);
    await activateLanguage('ko');
    expect(settled(2)).toBe('점검을 마쳤습니다: 2건 확인, 1건 처리.');
  });

  it('are activated in the order of the choices, however long their files take', async () => {
    await Promise.all([activateLanguage('en'), activateLanguage('ko'), activateLanguage('en')]);
    expect(i18n.locale).toBe('en');
    await Promise.all([activateLanguage('ko'), activateLanguage('en')]);
    expect(i18n.locale).toBe('en');
  });
});

describe('what a start reads', () => {
  /** The files the first page imports, and theirs. */
  function imported(path: string, seen = new Set<string>()): ReadonlySet<string> {
    if (seen.has(path)) return seen;
    seen.add(path);
    for (const [, target = ''] of read(path).matchAll(/^import (?!type\b)[^;]*?from '(\.[^']*\.tsx?)'/gm)) {
      const file = normalize(join(dirname(path), target));
      if (!file.startsWith('..')) imported(file, seen);
    }
    return seen;
  }

  it('speaks no sentence that comes later', () => {
    const first = imported('main.tsx');
    expect([...first]).toContain(join('components', 'waiting-column.tsx'));
    expect([...first].filter((path) => path !== join('i18n', 'i18n.ts') && read(path).includes('useAllText'))).toEqual([]);
    // And what comes later is asked for together with its sentences.
    const loads = [...first].flatMap((path) => [...read(path).matchAll(/^.*\bimport\('[^']*\.tsx'\).*$/gm)].map(([line]) => line));
    expect(loads.length).toBeGreaterThan(3);
    for (const line of loads) expect(line).toContain('withLaterWords(');
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
