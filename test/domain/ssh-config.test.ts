import { describe, expect, test } from 'vitest';
import { isJumpList, parseJumps } from '../../src/domain/jump-spec.ts';
import { defaultConfig, type LocalFacts, readSshConfig } from '../../src/domain/ssh-config.ts';
import { UserError } from '../../src/domain/user-error.ts';

const LOCAL: LocalFacts = {
  home: '/home/me',
  userName: 'me',
  uid: 1000,
  hostName: 'laptop.example.net',
  cwd: '/here',
  env: { SSH_AUTH_SOCK: '/run/agent', OTHER: '/run/other', EMPTY: '' },
};
const DEFAULTS = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'];
const read = (...lines: readonly string[]) =>
  readSshConfig(['hostname web.example.net', 'user deploy', 'port 22', ...lines].join('\n'), 'Web', LOCAL);

describe('tokens in an identity file', () => {
  test.each([
    ['~/.ssh/id', '/home/me/.ssh/id'],
    ['%d/x', '/home/me/x'],
    ['/k/%h-%n-%p-%r', '/k/web.example.net-Web-22-deploy'],
    ['/k/%u-%i-%L-%l', '/k/me-1000-laptop-laptop.example.net'],
    ['/k/%k', '/k/Web'],
    ['/k/%%h', '/k/%h'],
    ['/k/%jx', '/k/x'],
    ['/k/%C', '/k/83c38e157148c048f6bd225e784f525625f7e7d3'],
    ['~', '/home/me'],
    ['/k/~/x', '/k/~/x'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a token
    ['/k/${OTHER}', '/k/run/other'],
    ['relative', '/here/relative'],
    ['/with space/id', '/with space/id'],
  ])('%s', (written, path) => {
    expect(read(`identityfile ${written}`).identityFiles).toEqual([{ path, named: true }]);
  });

  test.each(['/k/%z', '/k/%', '~bob/id', '/k/$' + '{NONE}'])('%s is refused', written => {
    expect(() => read(`identityfile ${written}`)).toThrow(UserError);
  });

  test('the jump host', () => {
    expect(read('proxyjump gate', 'identityfile /k/%j').identityFiles[0]?.path).toBe('/k/gate');
  });

  test('what was put in is not expanded again', () => {
    expect(read('hostkeyalias %h', 'identityfile /k/%k').identityFiles[0]?.path).toBe('/k/%h');
  });
});

test("OpenSSH's own list of identities is not the operator's, and forms of the past are left out", () => {
  const files = ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', 'id_xmss', 'id_dsa'];
  const { identityFiles } = read(...files.map(name => `identityfile ~/.ssh/${name}`));
  expect(identityFiles).toEqual(DEFAULTS.map(name => ({ path: `/home/me/.ssh/${name}`, named: false })));
  expect(read('identityfile ~/.ssh/id_rsa').identityFiles).toMatchObject([{ named: true }]);
});

test.each([
  [[], '/run/agent'],
  [['identityagent none'], null],
  [['identityagent SSH_AUTH_SOCK'], '/run/agent'],
  [['identityagent $OTHER'], '/run/other'],
  [['identityagent $NOT_SET'], null],
  [['identityagent $EMPTY'], null],
  [['identityagent /run/my agent'], '/run/my agent'],
  [['pubkeyauthentication false'], null],
] as const)('the agent of %j is %s', (lines, socket) => {
  expect(read(...lines).identityAgent).toBe(socket);
});

test.each([
  ['true', 'yes'],
  ['ask', 'yes'],
  ['accept-new', 'accept-new'],
  ['false', 'accept-new'],
] as const)('StrictHostKeyChecking %s is the policy %s', (value, policy) => {
  expect(read(`stricthostkeychecking ${value}`).hostKeyPolicy).toBe(policy);
});

test.each([
  ['/a /b', ['/a', '/b']],
  ['/a b /c', ['/a b', '/c']],
  ['/a', ['/a']],
  ['a b', ['/here/a', '/here/b']],
  ['none', ['/dev/null']],
])('known_hosts files %s', (line, files) => {
  expect(read(`userknownhostsfile ${line}`, 'globalknownhostsfile none').knownHostsFiles).toEqual(files);
});

test('keys are never learnt into a global file', () => {
  const { knownHostsFiles } = read(
    'userknownhostsfile none',
    'globalknownhostsfile /etc/ssh/ssh_known_hosts',
  );
  expect(knownHostsFiles).toEqual(['/dev/null', '/etc/ssh/ssh_known_hosts']);
});

test('proxies: tokens are expanded, variables are left to the shell', () => {
  expect(read('proxycommand nc $GATE $' + '{GATE} %h %p %n %r %%').proxy).toEqual({
    kind: 'command',
    command: 'nc $GATE $' + '{GATE} web.example.net 22 Web deploy %',
  });
  expect(read('proxyjump %r@gate-%n').proxy).toEqual({ kind: 'jump', hops: 'deploy@gate-Web' });
  expect(read('proxycommand none', 'proxyjump none').proxy).toBeNull();
  expect(() => read('proxycommand nc', 'proxyusefdpass yes')).toThrow('ProxyUseFdpass');
});

test.each([
  ['port 65536', 'Port'],
  ['port 0', 'Port'],
  ['port 22x', 'Port'],
  ['connecttimeout soon', 'ConnectTimeout'],
])('%s, which ssh never prints, is refused', (line, keyword) => {
  const output = `hostname web\n${line}\n`;
  const refused = () => readSshConfig(output, 'web', LOCAL);
  expect(refused).toThrow(UserError);
  expect(refused).toThrow(
    `${keyword} in the ssh configuration: "${line.split(' ')[1]}" is not a number from 1`,
  );
});

test.each([1, 65535])('%i is a port', port => {
  expect(readSshConfig(`port ${port}`, 'web', LOCAL).port).toBe(port);
});

test('where to connect from, and with which certificates', () => {
  const config = read(
    ...['addressfamily inet6', 'bindaddress 2001:db8::9', 'identitiesonly yes', 'revokedhostkeys ~/revoked'],
    ...['certificatefile ~/.ssh/id-cert.pub', 'certificatefile none'],
  );
  expect(config).toMatchObject({
    family: 6,
    bindAddress: '2001:db8::9',
    identitiesOnly: true,
    revokedHostKeys: '/home/me/revoked',
    certificateFiles: ['/home/me/.ssh/id-cert.pub'],
  });
});

test('without public keys there is nothing to offer', () => {
  const lines = ['identityfile /k/id', 'certificatefile /k/id-cert.pub'];
  const offered = (line: string) => {
    const { identityFiles, certificateFiles, identityAgent } = read(line, ...lines);
    return [identityFiles.length, certificateFiles.length, identityAgent];
  };
  expect(offered('preferredauthentications password,keyboard-interactive')).toEqual([0, 0, null]);
  expect(offered('pubkeyauthentication false')).toEqual([0, 0, null]);
  expect(offered('preferredauthentications password,publickey')).toEqual([1, 1, '/run/agent']);
});

test('a connect timeout of 0 is none', () => {
  expect([read('connecttimeout 0'), read('connecttimeout 7')].map(c => c.connectTimeoutMs)).toEqual([
    null,
    7000,
  ]);
});

test.each([
  ['a jump host', () => parseJumps('gate \x1b[2J')],
  ['a token', () => read('identityfile /%\x1b[2J')],
  ['a home', () => read('identityfile ~\x1b[2J/x')],
  ['a variable', () => read('identityfile /$' + '{\x1b[2J}')],
])('%s that holds a control character is shown escaped', (_what, act) => {
  expect(act).toThrow(UserError);
  expect(act).toThrow('\\x1b[2J');
});

test('without any configuration: what ssh does by default', () => {
  const text = defaultConfig({ host: 'web', user: 'me', port: null });
  expect(readSshConfig(text, 'web', LOCAL)).toEqual({
    host: 'web',
    port: 22,
    user: 'me',
    family: null,
    bindAddress: null,
    hostKeyAlias: null,
    knownHostsFiles: [
      ...['/home/me/.ssh/known_hosts', '/home/me/.ssh/known_hosts2'],
      ...['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    ],
    revokedHostKeys: null,
    hostKeyPolicy: 'yes',
    identityFiles: DEFAULTS.map(name => ({
      path: `/home/me/.ssh/${name}`,
      named: false,
    })),
    certificateFiles: [],
    identityAgent: '/run/agent',
    identitiesOnly: false,
    connectTimeoutMs: null,
    proxy: null,
  });
});

test('without any configuration ssh goes where it is told', () => {
  const text = defaultConfig({ host: '192.0.2.1', user: 'root', port: 2222 });
  expect(readSshConfig(text, 'web', LOCAL)).toMatchObject({ host: '192.0.2.1', user: 'root', port: 2222 });
});

describe('jump hosts', () => {
  test('as many as nobody needs, and no more', () => {
    const hops = (count: number) => Array.from({ length: count }, () => 'gate').join(',');
    expect([isJumpList(hops(8)), isJumpList(hops(9))]).toEqual([true, false]);
  });

  test.each([
    ['gate:1', [{ host: 'gate', user: null, port: 1 }]],
    ['gate:65535', [{ host: 'gate', user: null, port: 65535 }]],
    ['gate', [{ host: 'gate', user: null, port: null }]],
    ['me@gate:2222', [{ host: 'gate', user: 'me', port: 2222 }]],
    ['me@corp@gate', [{ host: 'gate', user: 'me@corp', port: null }]],
    ['[2001:db8::1]:22', [{ host: '2001:db8::1', user: null, port: 22 }]],
    ['[192.0.2.1]:22', [{ host: '192.0.2.1', user: null, port: 22 }]],
    ['me@[fe80::1%eth0]', [{ host: 'fe80::1%eth0', user: 'me', port: null }]],
    ['ssh://me@gate:33', [{ host: 'gate', user: 'me', port: 33 }]],
    [
      'a,b',
      [
        { host: 'a', user: null, port: null },
        { host: 'b', user: null, port: null },
      ],
    ],
  ])('%s', (text, hops) => {
    expect(parseJumps(text)).toEqual(hops);
    expect(isJumpList(text)).toBe(true);
  });

  test.each(['', 'a,', '-x', 'a b', 'a:0', 'a:70000', 'a:x', '::1', '-u@a', 'a;b', '$(x)@a', "'@a", '[x]:1'])(
    '%j is none',
    text => {
      expect(isJumpList(text)).toBe(false);
      expect(() => parseJumps(text)).toThrow(UserError);
    },
  );
});
