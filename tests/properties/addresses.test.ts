/** Goal: an address is read to the letter or refused in a sentence without it. Method: addresses made of any parts, and any text. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { StoreFailure } from '../../electron/core/ports.ts';
import { REDIS_URL } from '../../electron/settings-schema.ts';
import { parseLedgerUrl } from '../../electron/stores/mysql/address.ts';
import { parseAddress } from '../../electron/stores/redis/connection-options.ts';

const wellFormed = (min: number) => fc.string({ unit: 'grapheme', minLength: min, maxLength: 30 }).filter((text) => text.isWellFormed());
const port = fc.integer({ min: 1, max: 65_535 });
const host = fc.constantFrom('localhost', 'db.example', '192.0.2.7', '[2001:db8::1]');
const bare = (name: string): string => name.replaceAll(/[[\]]/g, '');
const SECRET = 'Tr0ub4dor';
const anyAddress = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.webUrl(),
  fc.tuple(fc.constantFrom('redis', 'rediss', 'mysql', 'mariadb', 'http', ''), fc.string(), fc.string(), fc.string(), fc.string()).map(([scheme, user, at, path, query]) => `${scheme}://${user}:${SECRET}@${at}/${path}?${query}`),
  fc.constantFrom(`redis://:${SECRET}%zz@h`, `mysql://u:${SECRET}%@h/f`, `mysql://u:${SECRET}@h`, `redis://:${SECRET}@h/abc`, 'mysql://h/%2f', 'mysql://h/a%00b'),
);
const RUNS = { numRuns: 600 };

describe('the ledger', () => {
  test('every part comes through, whatever its characters', () => {
    fc.assert(
      fc.property(wellFormed(0), wellFormed(0), host, port, fc.stringMatching(/^[^/]{1,30}$/u).filter((text) => text.isWellFormed() && !['.', '..'].includes(text)), fc.boolean(), (user, password, at, number, database, tls) => {
        const url = `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${at}:${number}/${encodeURIComponent(database)}${tls ? '?tls=true' : ''}`;
        expect(parseLedgerUrl(url)).toMatchObject({ host: bare(at), port: number, user, password, database });
        expect(parseLedgerUrl(url)).toEqual(parseLedgerUrl(url.replace('mysql:', 'mariadb:')));
      }),
      RUNS,
    );
  });

  test('any text is an address or a StoreFailure that repeats none of it', () => {
    fc.assert(
      fc.property(anyAddress, (text) => {
        try {
          const { host: at, port: number, database } = parseLedgerUrl(text);
          expect([at !== '', number >= 0 && number <= 65_535, database !== '']).toEqual([true, true, true]);
        } catch (error) {
          expect(error).toBeInstanceOf(StoreFailure);
          expect(error).toMatchObject({ code: 'LEDGER_UNFIT', executed: 'no', message: expect.not.stringContaining(SECRET) });
        }
      }),
      RUNS,
    );
  });
});

describe('the queue store', () => {
  test('every part comes through, and the password is known in every form it may be repeated in', () => {
    fc.assert(
      fc.property(wellFormed(0), wellFormed(1), host, port, fc.integer({ min: 0, max: 15 }), (username, password, at, number, db) => {
        const address = parseAddress(`redis://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${at}:${number}/${db}`, null);
        expect(address?.options).toMatchObject({ host: bare(at), port: number, db, password, ...(username === '' ? {} : { username }) });
        expect(address?.place).toBe(`${bare(at)}:${number}`);
        expect(address?.secrets).toEqual(expect.arrayContaining([password, encodeURIComponent(password)]));
      }),
      RUNS,
    );
  });

  test('any text is an address or none; it never throws', () => {
    fc.assert(
      fc.property(anyAddress, (text) => {
        const address = parseAddress(text, null);
        if (address === null) return;
        expect(address.place).not.toContain(SECRET);
        expect(Number.isInteger(address.options.db)).toBe(true);
      }),
      RUNS,
    );
  });

  test('what the settings accept can be used', () => {
    fc.assert(
      fc.property(anyAddress, (text) => {
        if (v.is(REDIS_URL, text)) expect(parseAddress(text, null)).not.toBeNull();
      }),
      RUNS,
    );
  });
});
