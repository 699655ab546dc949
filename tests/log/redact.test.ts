/**
 * Goal: no password, no webhook's path and nothing the settings call secret gets out by the log, wherever in a text it stands; and what
 * people need to find a fault stays. Method: addresses and texts made at random around secrets made at random, as the log writes them.
 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { LogFields } from '../../electron/core/ports.ts';
import { createLogger } from '../../electron/log.ts';
import { createRedactor } from '../../electron/log/redact.ts';
import { secretsOf } from '../../electron/log/secrets-of.ts';

/** What the log writes for these fields. */
function written(fields: LogFields, secrets: readonly string[] = []): string {
  const lines: string[] = [];
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  try {
    createLogger('info', { secrets }).log('info', 'something', fields);
  } finally {
    stderr.mockRestore();
  }
  return lines.join('');
}

/** Not part of any other text these tests make. */
const token = fc.stringMatching(/^[A-Za-z0-9_!$&*+=.~-]{8,24}$/).map((text) => `Zq${text}`);
const scheme = fc.constantFrom('redis', 'rediss', 'mysql', 'mariadb', 'amqp', 'amqps', 'http', 'https', 'HTTPS', 'postgres');
const host = fc.constantFrom('localhost', 'queue.example:6379', '10.0.0.7', '[::1]:5672', 'hooks.slack.com');
const around = fc.string({ unit: fc.constantFrom('a', ' ', 'Ä', '"', '(', ')', ':', ',', '\n', '🍗', "'", '=', '\\') });
const RUNS = { numRuns: 2_000 };

describe('addresses', () => {
  test('with a password', () => {
    fc.assert(
      fc.property(scheme, token, fc.constantFrom('', 'kiosk', 'a.b'), host, fc.constantFrom('', '/0', '/festival?tls=true'), around, around, (start, password, user, at, path, before, after) => {
        const line = written({ reason: `${before}${start}://${user}:${password}@${at}${path}${after}` });
        expect(line).not.toContain(password);
      }),
      RUNS,
    );
  });

  test('with a password whose signs were not escaped, as long as there is no blank', () => {
    const odd = fc.string({ unit: fc.constantFrom('/', '#', '?', '@', ':', '%', '"', "'", '<', '>', '{', '\\', '`', 'x'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(scheme, odd, token, odd, host, (start, first, middle, last, at) => {
        expect(written({ reason: `cannot use ${start}://kiosk:${first}${middle}${last}@${at}/0 today` })).not.toContain(middle);
      }),
      RUNS,
    );
  });

  test('of a webhook, path and query', () => {
    fc.assert(
      fc.property(host, token, fc.constantFrom('/services/T01/B02/', '/hooks/@', '/api?key=', '/#', '/a@b/'), around, around, (at, secret, path, before, after) => {
        expect(written({ reason: `${before}https://${at}${path}${secret}${after}` })).not.toContain(secret);
      }),
      RUNS,
    );
  });

  test('escaped once more, as in JSON or in another address', () => {
    fc.assert(
      fc.property(token, fc.constantFrom((url: string) => JSON.stringify({ url }), (url: string) => JSON.stringify(JSON.stringify({ url })), encodeURIComponent, (url: string) => url.replaceAll('/', String.raw`\/`)), (secret, escape) => {
        // What escaping changes is not to be found anyway.
        const plain = secret.replaceAll(/[^A-Za-z0-9]/g, '');
        expect(written({ reason: `sent ${escape(`https://hooks.slack.com/services/${plain}`)}` })).not.toContain(plain);
      }),
      RUNS,
    );
  });

  test('without a scheme, with a password', () => {
    fc.assert(
      fc.property(token, around, (password, before) => {
        expect(written({ reason: `${before} kiosk:${password}@db.example:3306/festival` })).not.toContain(password);
      }),
      RUNS,
    );
  });

  test('in a field that is called so', () => {
    fc.assert(
      fc.property(fc.constantFrom('password', 'redisPassword', 'secret', 'accessToken', 'url', 'redisUrl', 'authorization'), token, (field, value) => {
        expect(written({ [field]: value })).not.toContain(value);
      }),
    );
  });
});

describe('what the settings hold', () => {
  const url = (start: string, password: string) => `${start}://kiosk:${encodeURIComponent(password)}@h:1`;
  test('is hidden wherever it stands, whatever its signs', () => {
    const secret = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 20 }).filter((text) => text.isWellFormed() && text.trim().length >= 6 && !/^[\w[\]{}":, .-]*$/.test(text));
    fc.assert(
      fc.property(secret, token, fc.string(), fc.string(), (password, path, before, after) => {
        const secrets = secretsOf({
          stores: { kind: 'servers', redisUrl: url('redis', password), mysqlUrl: url('mysql', 'other') },
          redisSentinels: [],
          notifyWebhookUrl: `https://h/hooks/${path}?for=me`,
          notifyAmqpUrl: null,
          slackWebhookUrl: null,
        });
        const line = written({ reason: `${before}${password}${after}`, other: `${before}${path}${after}` }, secrets);
        const { reason, other } = JSON.parse(line) as { reason: string; other: string };
        expect(reason).not.toContain(password);
        expect(other).not.toContain(path);
        expect(line).not.toContain(encodeURIComponent(password));
      }),
      RUNS,
    );
  });

  test('is each password, and of a webhook the whole path and its telling parts', () => {
    const secrets = secretsOf({
      stores: { kind: 'servers', redisUrl: url('redis', 'p@ss'), mysqlUrl: 'mysql://h/f' },
      redisSentinels: [url('redis', 'sentinel')],
      notifyWebhookUrl: 'https://me:basic@h/hooks/abcdefgh12?key=secretkey&short=1',
      notifyAmqpUrl: url('amqp', 'rabbit'),
      slackWebhookUrl: 'https://hooks.slack.com/services/T0123/B0123/verySecretIndeed',
    });
    expect(secrets).toEqual(expect.arrayContaining(['p@ss', 'p%40ss', 'sentinel', 'basic', 'rabbit', '/hooks/abcdefgh12?key=secretkey&short=1', 'abcdefgh12', 'secretkey', '/services/T0123/B0123/verySecretIndeed', 'verySecretIndeed']));
    expect(secrets).not.toContain('');
    expect(secrets).not.toContain('/');
    expect(secretsOf({ stores: { kind: 'embedded' }, redisSentinels: [], notifyWebhookUrl: 'http://h', notifyAmqpUrl: null, slackWebhookUrl: null })).toEqual([]);
  });

  test('spelled in another way', () => {
    const redact = createRedactor(['pa"ss/w rd']);
    for (const text of ['pa"ss/w rd', 'x%22: pa%22ss%2Fw%20rd', String.raw`{"p":"pa\"ss/w rd"}`]) expect(redact(text)).not.toMatch(/ss.{1,3}w/);
  });

  test('is too short to be hidden without hiding all', () => expect(createRedactor(['a', 'ab'])('a cab')).toBe('a cab'));
});

describe('what stays', () => {
  test.each([
    'The connection was refused; is the server running there?',
    'kiosk-3/0f9a2b at 2026-05-01T10:00:00.000Z',
    'temp:calling:3:0190c5b2-0000-7000-8000-000000000001',
    'Error: x\n    at start (file:///opt/kiosk/dist/main/main.js:10:5)\n    at node:internal/process:3:1',
    'mail to user@example.org',
    '[::1]:6379 and 12:30',
    '',
  ])('%j', (text) => {
    expect(JSON.parse(written({ reason: text, waitingId: 31, ok: true, none: null }))).toMatchObject({ level: 'info', event: 'something', reason: text, waitingId: 31, ok: true, none: null });
  });
  test('the rest of a text around what is hidden', () => {
    expect(createRedactor([])('cannot reach redis://u:p@h:1/0 since 12:30')).toBe('cannot reach redis://[hidden] since 12:30');
    expect(createRedactor([])('password=hunter2, then more; token: abc')).toBe('password=[hidden], then more; token: [hidden]');
    expect(createRedactor(['hunter22'])('it said hunter22!')).toBe('it said [hidden]!');
    expect(createRedactor(['hunter22', 'hunter22-and-more'])('it said hunter22-and-more!')).toBe('it said [hidden]!');
    expect(createRedactor([])('as kiosk@here:hunter2@db.example it said')).toBe('as [hidden] it said');
  });
  test('is enough: it takes no time', () => {
    const text = `${'a:'.repeat(200_000)}@${'x'.repeat(200_000)}://`;
    const start = performance.now();
    createRedactor(['hunter2'])(text);
    createRedactor(['hunter2'])('T0123456/'.repeat(50_000));
    createRedactor(['hunter2'])('password = '.repeat(50_000));
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
