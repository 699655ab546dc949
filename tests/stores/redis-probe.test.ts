/** Goal: a command that a step uses is tried when a connection is made, so that a missing permission is found before a visitor is half moved. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/find-program.mjs';

const FOLDER = join(ROOT, 'electron', 'stores', 'redis', 'lua');
const PROBE = 'probe.lua';
/** Refused, it fails no step: a listener less is no reason. */
const OPTIONAL: ReadonlySet<string> = new Set(['PUBLISH']);

const textOf = (file: string): string => readFileSync(join(FOLDER, file), 'utf8').replaceAll(/--.*/g, '');

/** The commands of a step. One may be chosen on the spot (`is_open and 'SADD' or 'SREM'`); what is compared with is none. */
function commandsOf(lua: string): string[][] {
  return [...lua.matchAll(/redis\.p?call\s*\(([^,)]*)/g)].map(([, first = '']) => [...first.matchAll(/(?<!==\s*)['"]([A-Za-z]+)['"]/g)].map(([, name = '']) => name.toUpperCase()));
}

const tried = new Set([...textOf(PROBE).matchAll(/\{\s*'([A-Z]+)'/g)].map(([, name = '']) => name));
const steps = readdirSync(FOLDER).filter((file) => file.endsWith('.lua') && file !== PROBE);

it.each(steps)('%s uses no command that is not tried', (file) => {
  const calls = commandsOf(textOf(file));
  expect(calls.filter((names) => names.length === 0), 'calls whose command is not written out').toEqual([]);
  expect(calls.flat().filter((name) => !tried.has(name) && !OPTIONAL.has(name))).toEqual([]);
});

it('looks at all there is', () => {
  expect(tried.size).toBeGreaterThan(20);
  expect(new Set(steps.flatMap((file) => commandsOf(textOf(file)).flat())).size).toBeGreaterThan(20);
  expect(commandsOf("redis.call(status == 'OPEN' and 'SADD' or 'SREM', KEYS[1]); redis.pcall('zadd', k)")).toEqual([['SADD', 'SREM'], ['ZADD']]);
});
