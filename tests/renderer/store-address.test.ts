/** Address and password, typed apart and sent as one. */
import { describe, expect, it } from 'vitest';
import { takePassword, wholeAddress } from '../../renderer/screens/store-address.ts';

describe('an address pasted whole', () => {
  it.each([
    ['mysql://kiosk:secret@10.0.0.5:3306/festival', 'mysql://kiosk@10.0.0.5:3306/festival', 'secret'],
    ['redis://:secret@host:6379/0', 'redis://host:6379/0', 'secret'],
    ['mysql://kiosk:p%40ss%2Fword@host/db', 'mysql://kiosk@host/db', 'p@ss/word'],
    ['mysql://kiosk:p@ss@host/db', 'mysql://kiosk@host/db', 'p@ss'],
    ['mysql://kiosk:100%@host/db', 'mysql://kiosk@host/db', '100%'],
    ['redis://:q#ue:ue@host:6379/0', 'redis://host:6379/0', 'q#ue:ue'],
    ['mysql://kiosk:Kio@sk/1?@host/db', 'mysql://kiosk@host/db', 'Kio@sk/1?'],
  ])('%s gives up its password', (typed, url, password) => {
    expect(takePassword(typed)).toEqual({ url, password });
  });

  it.each(['', 'redis://host:6379/0', 'mysql://kiosk@host:3306/db', 'mysql://kiosk:half', 'rediss://host/0?x=a:b@c', 'host:6379'])('%s has none', (typed) => {
    expect(takePassword(typed)).toBeNull();
  });
});

describe('the whole address', () => {
  it.each(['secret', 'p@ss/word?#:%', '비밀 번호', "it's (a) *test*!"])('brings the password %s back as it was typed', (password) => {
    for (const url of ['mysql://kiosk@host:3306/festival', 'redis://host:6379/0', 'rediss://[::1]:6380']) {
      const parsed = new URL(wholeAddress({ url, password }));
      expect(decodeURIComponent(parsed.password)).toBe(password);
      expect(parsed.host + parsed.pathname).toBe(new URL(url).host + new URL(url).pathname);
      expect(parsed.username).toBe(new URL(url).username);
    }
  });

  it('is what was typed when there is no password, or no address', () => {
    expect(wholeAddress({ url: ' redis://host ', password: '' })).toBe('redis://host');
    expect(wholeAddress({ url: 'host:6379', password: 'secret' })).toBe('host:6379');
  });
});
