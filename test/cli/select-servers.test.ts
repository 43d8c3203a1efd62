import { describe, expect, test } from 'vitest';
import { adHocInventory, adHocNames } from '../../src/cli/ad-hoc.ts';
import { parseFailOn } from '../../src/cli/fail-on.ts';
import { selectServers } from '../../src/cli/select-servers.ts';
import { parseInventory } from '../../src/domain/parse-inventory.ts';
import { UserError } from '../../src/domain/user-error.ts';

const inventory = parseInventory({
  text: 'servers: {web1: {labels: {role: web}}, web2: {labels: {role: web, zone: b}}, db1: {labels: {role: db}}, wide: {}}',
  file: 'inventory.yaml',
  directory: '/repo',
  home: '/home/op',
});
const select = (
  patterns: readonly string[],
  labels: readonly string[] = [],
  serverName: string | null = null,
) => selectServers(inventory, { patterns, labels, serverName }).map(server => server.name);

describe('which servers are meant', () => {
  test.each<[string, readonly string[], readonly string[], string | null, readonly string[]]>([
    ['all without a word', [], [], null, ['db1', 'web1', 'web2', 'wide']],
    ['one by name', ['web1'], [], null, ['web1']],
    ['several by glob, in the order of the inventory', ['web*', 'db1'], [], null, ['db1', 'web1', 'web2']],
    ['by label', [], ['role=web'], null, ['web1', 'web2']],
    ['by all labels at once', [], ['role=web', 'zone=b'], null, ['web2']],
    ['by name and label', ['web*'], ['zone=b'], null, ['web2']],
    ['by SERVER_NAME', [], [], 'db1', ['db1']],
    ['by the command line rather than SERVER_NAME', ['web1'], [], 'db1', ['web1']],
  ])('%s', (_, patterns, labels, serverName, expected) => {
    expect(select(patterns, labels, serverName)).toEqual(expected);
  });

  test.each<[string, readonly string[], readonly string[], string | null]>([
    ['a name that is not there', ['web1', 'web9'], [], null],
    ['a glob that matches nothing', ['x*'], [], null],
    ['a SERVER_NAME that is not there', [], [], 'web9'],
    ['a label that nobody has', [], ['role=mail'], null],
    ['a label of another server', ['db1'], ['role=web'], null],
    ['a label that is none', [], ['role'], null],
  ])('%s is a mistake, not an empty check', (_, patterns, labels, serverName) => {
    expect(() => select(patterns, labels, serverName)).toThrow(UserError);
  });
});

describe('servers without an inventory', () => {
  const parsed = (...destinations: string[]) =>
    parseInventory({
      text: adHocInventory(destinations),
      file: '(command line)',
      directory: '/repo',
      home: '/home/op',
    }).servers.map(({ name, host, ssh }) => [name, host, ssh.user, ssh.port]);

  test.each([
    ['relay-1', ['relay-1', 'relay-1', null, null]],
    ['deploy@relay-1', ['relay-1', 'relay-1', 'deploy', null]],
    ['deploy@192.0.2.1:2222', ['192.0.2.1:2222', '192.0.2.1', 'deploy', 2222]],
    ['[2001:db8::1]:2222', ['2001:db8::1:2222', '2001:db8::1', null, 2222]],
    ['op@2001:db8::1', ['2001:db8::1', '2001:db8::1', 'op', null]],
    ['::1', ['::1', '::1', null, null]],
    ['fe80::1%eth0', ['fe80::1', 'fe80::1%eth0', null, null]],
    ['op@[fe80::1%wlan0.2]:22', ['fe80::1:22', 'fe80::1%wlan0.2', 'op', 22]],
  ])('%s', (destination, expected) => {
    expect(parsed(destination)).toEqual([expected]);
    expect(adHocNames([destination])).toEqual([expected[0]]);
  });

  test.each(['', 'a b', 'user@', 'host:port', '-oProxyCommand=x', 'host:99999', '[::1', '@host'])(
    '%j is none',
    destination => {
      expect(() => parsed(destination)).toThrow(UserError);
    },
  );
});

test('--fail-on takes verdicts', () => {
  expect(parseFailOn('modified, missing')).toEqual(['modified', 'missing']);
  expect(() => parseFailOn('modified,changed')).toThrow(UserError);
  expect(() => parseFailOn('')).toThrow(UserError);
});
