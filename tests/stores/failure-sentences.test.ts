/** Every failure of a store is told in whole sentences, so that "Nothing was done." can follow; where somebody can mend it, it says how. */
import { expect, it } from 'vitest';
import type { StoreFailure } from '../../electron/core/ports.ts';
import { connectFailure as ledgerConnectFailure, fromDriver, statementFailure } from '../../electron/stores/mysql/errors.ts';
import { type Address, parseAddress } from '../../electron/stores/redis/connection-options.ts';
import { commandFailure, connectFailure } from '../../electron/stores/redis/failures.ts';

const SENTENCES = /^[A-Z].*[^.?\s][.?]$/s;
const NETWORK = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'EPIPE', 'CERT_HAS_EXPIRED', 'EPROTO'];
const SERVER = ['NOAUTH Authentication required.', 'WRONGPASS invalid username-password pair or user is disabled.', 'LOADING Redis is loading the dataset in memory', 'ERR unknown command', 'READONLY You can\'t write against a read only replica.'];

const named = (code: string): Error => Object.assign(new Error(`connect ${code} 10.0.0.1:6379`), { code });
const reply = (text: string): Error => Object.assign(new Error(text), { name: 'ReplyError' });
const address = (hearsay: string | null, url = 'redis://queue.example'): Address => {
  const parsed = parseAddress(url);
  if (parsed === null) throw new Error('an address');
  return { ...parsed, hearsay };
};
const PLACES = [address(null), address(''), address(' The sentinels disagree.'), address(null, 'rediss://queue.example')];

it.each([...NETWORK.map(named), ...SERVER.map(reply), new Error('Command timed out'), new Error('Unknown RESP type'), new Error('Connection is closed.')])('of the queue store: %s', (error) => {
  for (const place of PLACES) {
    for (const failure of [connectFailure(error, place), connectFailure(error, place, false), commandFailure(error, place) as StoreFailure]) expect(failure.message).toMatch(SENTENCES);
  }
});

it.each(NETWORK)('of the ledger: %s', (code) => {
  expect(ledgerConnectFailure(named(code), 'db:3306').message).toMatch(SENTENCES);
});

it.each([
  [1044, '; check the name, or run what "ops migrate --grants" prints.'],
  [1049, '; check the name at the end of mysqlUrl.'],
  [1054, '; run "ops migrate".'],
  [1142, '; run what "ops migrate --grants" prints.'],
  [1143, '; run what "ops migrate --grants" prints.'],
  [1146, '; run "ops migrate".'],
  [1021, '(error 1021).'],
  [9999, '(error 9999).'],
])('of the ledger: error %i says what to do', (errno, ending) => {
  const error = fromDriver(Object.assign(new Error("Table 'festival.kiosk_booth' doesn't exist"), { errno }));
  for (const failure of [ledgerConnectFailure(error, 'db:3306'), statementFailure(error, 'db:3306') as StoreFailure]) {
    expect(failure.message).toMatch(SENTENCES);
    expect(failure.message.endsWith(ending)).toBe(true);
  }
});
