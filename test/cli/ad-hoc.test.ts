import { describe, expect, test } from 'vitest';
import { adHocInventory, adHocNames } from '../../src/cli/ad-hoc.ts';
import { parseInventory } from '../../src/domain/parse-inventory.ts';
import { UserError } from '../../src/domain/user-error.ts';

const parse = (destination: string) => {
  const text = adHocInventory([destination]);
  const [server] = parseInventory({ text, file: 'x', directory: '/', home: '/' }).servers;
  return { name: server?.name, host: server?.host, user: server?.ssh.user, port: server?.ssh.port };
};

describe('[user@]host[:port]', () => {
  test.each([
    ['web', { name: 'web', host: 'web', user: null, port: null }],
    ['me@web:2222', { name: 'web:2222', host: 'web', user: 'me', port: 2222 }],
    ['::1', { name: '::1', host: '::1', user: null, port: null }],
    ['me@2001:db8::1', { name: '2001:db8::1', host: '2001:db8::1', user: 'me', port: null }],
    ['[2001:db8::1]:22', { name: '2001:db8::1:22', host: '2001:db8::1', user: null, port: 22 }],
    ['fe80::1%eth0', { name: 'fe80::1', host: 'fe80::1%eth0', user: null, port: null }],
    ['me@[fe80::1%wlan0.2]:22', { name: 'fe80::1:22', host: 'fe80::1%wlan0.2', user: 'me', port: 22 }],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected);
    expect(adHocNames([text])).toEqual([expected.name]);
  });

  test.each(['a b', 'web:', '[::1', '@web', 'me@'])('%j is none', text => {
    expect(() => adHocInventory([text])).toThrow(UserError);
  });
});
