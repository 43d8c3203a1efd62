// Configurations for the comparison with OpenSSH's client. Three servers: `web` is meant, `bastion` and `inner` may stand
// in between. Each case begins the configuration; BASE ends it, as the first value of a keyword counts.

import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** Where everything is. */
export interface Scene {
  /** Directory of the case's own files, absolute and without spaces. */
  readonly dir: string;
  readonly web: number;
  readonly bastion: number;
  readonly inner: number;
  /** On ::1, leads to `web`; 0 without IPv6. */
  readonly webOverIpv6: number;
  /** The key that all servers take, and one that none takes. */
  readonly key: string;
  readonly wrongKey: string;
  /** Knows all three by address and port. */
  readonly known: string;
  /** Public host key of `web`, as in known_hosts. */
  readonly webKey: string;
  readonly bastionKey: string;
  readonly otherKey: string;
  readonly home: string;
  /** Path of the case's configuration itself. */
  readonly config: string;
}

export interface ConfigCase {
  readonly name: string;
  readonly config: (s: Scene) => string;
  /** More files: name below `dir`, and text; `KEY` and `KNOWN` are copies of the key and of known_hosts. */
  readonly files?: (s: Scene) => Readonly<Record<string, string>>;
  /** What is asked for; default web. */
  readonly host?: string;
  readonly env?: (s: Scene) => Readonly<Record<string, string>>;
  readonly connects: boolean;
}

/** Where sshdrift does otherwise, and why that is right. */
export interface ConfigException extends ConfigCase {
  readonly why: string;
}

const block = (pattern: string, lines: readonly string[]): string =>
  [`Host ${pattern}`, ...lines.map(line => `  ${line}`), ''].join('\n');

const at = (port: number): readonly string[] => ['HostName 127.0.0.1', `Port ${port}`, 'User root'];

/** A whole way to `web`, with more lines before. */
const web = (s: Scene, ...lines: readonly string[]): string =>
  block('web', [...lines, ...at(s.web), `IdentityFile ${s.key}`]);
const hop = (s: Scene, name: 'bastion' | 'inner', ...lines: readonly string[]): string =>
  block(name, [...lines, ...at(s[name]), `IdentityFile ${s.key}`]);
const both = (s: Scene): string => hop(s, 'bastion') + hop(s, 'inner');

/** `IdentityFile none` adds no key, and keeps the default ones away. */
export const BASE = (s: Scene): string =>
  block('*', [
    'IdentityFile none',
    'IdentityAgent none',
    `UserKnownHostsFile ${s.known}`,
    'GlobalKnownHostsFile none',
    'StrictHostKeyChecking yes',
    'BatchMode yes',
    'KexAlgorithms curve25519-sha256',
    'LogLevel ERROR',
  ]);

/** A path that begins in the home directory and ends elsewhere. */
const fromHome = (s: Scene, path: string): string =>
  `~${'/..'.repeat(s.home.split('/').filter(Boolean).length)}${path}`;

const yes = true;
const no = false;

export const HOSTS_AND_MATCHES: readonly ConfigCase[] = [
  { name: 'Host with HostName, Port, User and IdentityFile', config: s => web(s), connects: yes },
  {
    name: 'a Host of another name',
    config: s => web(s).replace('web', 'db'),
    host: 'web.invalid',
    connects: no,
  },
  { name: 'Host w*', config: s => web(s).replace('Host web', 'Host w*'), connects: yes },
  { name: 'Host w?b, after others', config: s => web(s).replace('Host web', 'Host db w?b'), connects: yes },
  { name: 'Host * !web keeps away', config: s => `${block('* !web', ['Port 1'])}${web(s)}`, connects: yes },
  {
    name: 'Host web !web is nothing',
    config: s => web(s).replace('Host web', 'Host web !w*'),
    host: 'web.invalid',
    connects: no,
  },
  {
    name: 'Host in other letters',
    config: s => web(s).replace('Host web', 'Host WEB'),
    host: 'web',
    connects: no,
  },
  {
    name: 'a host in other letters',
    config: s => web(s).replace('Host web', 'Host Web.Invalid'),
    host: 'Web.Invalid',
    connects: yes,
  },
  { name: 'the first Port counts', config: s => web(s) + block('web', ['Port 1']), connects: yes },
  {
    name: 'the first Port counts, and it is wrong',
    config: s => block('web', ['Port 1']) + web(s),
    connects: no,
  },
  {
    name: 'keywords in other letters, with =',
    config: s => web(s).replace('Port ', 'pORT=').replace('HostName ', 'hostname = '),
    connects: yes,
  },
  {
    name: 'HostName %h',
    config: s => web(s).replace('Host web', 'Host 127.0.0').replace('HostName 127.0.0.1', 'HostName %h.1'),
    host: '127.0.0',
    connects: yes,
  },
  {
    name: 'Match host, after HostName',
    config: s => `${web(s).replace(/ {2}User.*\n/, '')}Match host 127.0.0.1\n  User root\nMatch all\n`,
    connects: yes,
  },
  {
    name: 'Match originalhost',
    config: s => web(s).replace('Host web', 'Match originalhost web'),
    connects: yes,
  },
  {
    name: 'Match user',
    config: s => `${web(s).replace(/ {2}IdentityFile.*\n/, '')}Match user root\n  IdentityFile ${s.key}\n`,
    connects: yes,
  },
  {
    name: 'Match user of somebody else',
    config: s => `${web(s).replace(/ {2}IdentityFile.*\n/, '')}Match user deploy\n  IdentityFile ${s.key}\n`,
    connects: no,
  },
  {
    name: 'Match exec that succeeds',
    config: s => web(s).replace('Host web', 'Match exec "test %n = web"'),
    connects: yes,
  },
  {
    name: 'Match exec that fails',
    config: s => web(s).replace('Host web', 'Match exec "test %n = db"'),
    host: 'web.invalid',
    connects: no,
  },
  {
    name: 'Match final',
    config: s => `${web(s).replace(/ {2}User.*\n/, '')}Match final host 127.0.0.1\n  User root\n`,
    connects: yes,
  },
  { name: 'Include', config: s => `Include ${s.dir}/more\n`, files: s => ({ more: web(s) }), connects: yes },
  {
    name: 'Include by a glob',
    config: s => `Include ${s.dir}/conf.d/*.conf\n`,
    files: s => ({ 'conf.d/1.conf': web(s) }),
    connects: yes,
  },
  {
    name: 'Include within a Host that is not meant',
    config: s => `Host db\n  Include ${s.dir}/more\n`,
    files: s => ({ more: web(s) }),
    host: 'web.invalid',
    connects: no,
  },
  { name: 'an unknown keyword', config: s => `Nonsense yes\n${web(s)}`, connects: no },
  {
    name: 'an unknown keyword that is to be ignored',
    config: s => `IgnoreUnknown Non*\nNonsense yes\n${web(s)}`,
    connects: yes,
  },
  { name: 'User that may not log in', config: s => web(s).replace('User root', 'User nobody'), connects: no },
  { name: 'AddressFamily inet', config: s => web(s, 'AddressFamily inet'), connects: yes },
  {
    name: 'AddressFamily inet6 for an IPv4 address',
    config: s => web(s, 'AddressFamily inet6'),
    connects: no,
  },
  { name: 'BindAddress', config: s => web(s, 'BindAddress 127.0.0.1'), connects: yes },
  { name: 'BindAddress of nobody', config: s => web(s, 'BindAddress 192.0.2.1'), connects: no },
];

const withKey = (s: Scene, file: string, ...lines: readonly string[]): string =>
  web(s, ...lines).replace(/IdentityFile.*/, `IdentityFile ${file}`);

const tokenCase = (token: string, name: (s: Scene) => string): ConfigCase => ({
  name: `IdentityFile with ${token}`,
  config: s => withKey(s, `${s.dir}/id-${token}`),
  files: s => ({ [`id-${name(s)}`]: 'KEY' }),
  connects: yes,
});

export const IDENTITIES: readonly ConfigCase[] = [
  tokenCase('%h', () => '127.0.0.1'),
  tokenCase('%n', () => 'web'),
  tokenCase('%p', s => String(s.web)),
  tokenCase('%r', () => 'root'),
  tokenCase('%k', () => 'web'),
  tokenCase('%%', () => '%'),
  tokenCase('%C', s => createHash('sha1').update(`${hostname()}127.0.0.1${s.web}root`).digest('hex')),
  tokenCase('%i', () => String(process.getuid?.())),
  { name: 'IdentityFile %d', config: s => withKey(s, `%d${fromHome(s, s.key).slice(1)}`), connects: yes },
  { name: 'IdentityFile ~', config: s => withKey(s, fromHome(s, s.key)), connects: yes },
  {
    name: 'IdentityFile of the variable',
    config: s => withKey(s, `\${KEY_DIR}/id`),
    files: () => ({ id: 'KEY' }),
    env: s => ({ KEY_DIR: s.dir }),
    connects: yes,
  },
  {
    name: 'IdentityFile of a variable that is not set',
    config: s => withKey(s, `\${KEY_DIR}/id`),
    connects: no,
  },
  { name: 'IdentityFile with an unknown token', config: s => withKey(s, `${s.dir}/%z`), connects: no },
  {
    name: 'IdentityFile in quotes, with a space',
    config: s => withKey(s, `"${s.dir}/my id"`),
    files: () => ({ 'my id': 'KEY' }),
    connects: yes,
  },
  { name: 'IdentityFile that is not there', config: s => withKey(s, `${s.dir}/none-such`), connects: no },
  {
    name: 'a missing IdentityFile before the right one',
    config: s => web(s, `IdentityFile ${s.dir}/none-such`),
    connects: yes,
  },
  {
    name: 'a wrong IdentityFile before the right one',
    config: s => web(s, `IdentityFile ${s.wrongKey}`),
    connects: yes,
  },
  {
    name: 'IdentityFiles of several blocks',
    config: s => block('w*', [`IdentityFile ${s.wrongKey}`]) + web(s),
    connects: yes,
  },
  { name: 'a wrong IdentityFile only', config: s => withKey(s, s.wrongKey), connects: no },
  { name: 'IdentityFile none', config: s => withKey(s, 'none'), connects: no },
  { name: 'IdentitiesOnly', config: s => web(s, 'IdentitiesOnly yes'), connects: yes },
  { name: 'PubkeyAuthentication no', config: s => web(s, 'PubkeyAuthentication no'), connects: no },
  {
    name: 'PreferredAuthentications without keys',
    config: s => web(s, 'PreferredAuthentications password'),
    connects: no,
  },
  {
    name: 'PreferredAuthentications with keys',
    config: s => web(s, 'PreferredAuthentications gssapi-with-mic,publickey'),
    connects: yes,
  },
];

export const HOST_KEYS: readonly ConfigCase[] = [
  {
    name: 'UserKnownHostsFile, the second of two',
    config: s => web(s, `UserKnownHostsFile ${s.dir}/none-such ${s.known}`),
    connects: yes,
  },
  {
    name: 'UserKnownHostsFile that knows nobody',
    config: s => web(s, 'UserKnownHostsFile /dev/null'),
    connects: no,
  },
  { name: 'UserKnownHostsFile none', config: s => web(s, 'UserKnownHostsFile none'), connects: no },
  {
    name: 'UserKnownHostsFile none, but a global one',
    config: s => web(s, 'UserKnownHostsFile none', `GlobalKnownHostsFile ${s.known}`),
    connects: yes,
  },
  {
    name: 'GlobalKnownHostsFile, the second of two',
    config: s => web(s, 'UserKnownHostsFile /dev/null', `GlobalKnownHostsFile ${s.dir}/none-such ${s.known}`),
    connects: yes,
  },
  {
    name: 'UserKnownHostsFile with a space',
    config: s => web(s, `UserKnownHostsFile "${s.dir}/known hosts" /dev/null`),
    files: () => ({ 'known hosts': 'KNOWN' }),
    connects: yes,
  },
  {
    name: 'UserKnownHostsFile with a token',
    config: s => web(s, `UserKnownHostsFile ${s.dir}/known-%n`),
    files: () => ({ 'known-web': 'KNOWN' }),
    connects: yes,
  },
  {
    name: 'UserKnownHostsFile ~',
    config: s => web(s, `UserKnownHostsFile ${fromHome(s, s.known)}`),
    connects: yes,
  },
  {
    name: 'HostKeyAlias',
    config: s => web(s, 'HostKeyAlias lab', `UserKnownHostsFile ${s.dir}/known`),
    files: s => ({ known: `lab ${s.webKey}\n` }),
    connects: yes,
  },
  { name: 'HostKeyAlias without an entry', config: s => web(s, 'HostKeyAlias lab'), connects: no },
  {
    name: 'HostKeyAlias in other letters',
    config: s => web(s, 'HostKeyAlias LAB', `UserKnownHostsFile ${s.dir}/known`),
    files: s => ({ known: `lab ${s.webKey}\n` }),
    connects: yes,
  },
  {
    name: 'HostKeyAlias takes no token',
    config: s => web(s, 'HostKeyAlias %n', `UserKnownHostsFile ${s.dir}/known`),
    files: s => ({ known: `web ${s.webKey}\n` }),
    connects: no,
  },
  {
    name: 'HostKeyAlias with another key',
    config: s => web(s, 'HostKeyAlias lab', `UserKnownHostsFile ${s.dir}/known`),
    files: s => ({ known: `lab ${s.otherKey}\n` }),
    connects: no,
  },
  {
    name: 'StrictHostKeyChecking no, overruled',
    config: s => web(s, 'StrictHostKeyChecking no', 'UserKnownHostsFile /dev/null'),
    connects: no,
  },
  {
    name: 'RevokedHostKeys with this key',
    config: s => web(s, `RevokedHostKeys ${s.dir}/revoked`),
    files: s => ({ revoked: `# list\n${s.webKey} web\n` }),
    connects: no,
  },
  {
    name: 'RevokedHostKeys with another key',
    config: s => web(s, `RevokedHostKeys ${s.dir}/revoked-web`),
    files: s => ({ 'revoked-web': `${s.otherKey}\n` }),
    connects: yes,
  },
  {
    name: 'RevokedHostKeys that is not there',
    config: s => web(s, `RevokedHostKeys ${s.dir}/revoked`),
    connects: no,
  },
  { name: 'RevokedHostKeys none', config: s => web(s, 'RevokedHostKeys none'), connects: yes },
];

const command = (s: Scene, text: string): string => web(s, `ProxyCommand ${text}`);

export const WAYS: readonly ConfigCase[] = [
  { name: 'ProxyJump', config: s => web(s, 'ProxyJump bastion') + both(s), connects: yes },
  {
    name: 'ProxyJump over two hosts',
    config: s => web(s, 'ProxyJump bastion,inner') + both(s),
    connects: yes,
  },
  {
    name: 'ProxyJump over a host with a ProxyJump',
    config: s => web(s, 'ProxyJump inner') + hop(s, 'inner', 'ProxyJump bastion') + hop(s, 'bastion'),
    connects: yes,
  },
  {
    name: 'a list counts more than the ProxyJump of its second host',
    config: s =>
      web(s, 'ProxyJump bastion,inner') + hop(s, 'inner', 'ProxyJump nobody.invalid') + hop(s, 'bastion'),
    connects: yes,
  },
  {
    name: 'ProxyJump user@host:port',
    config: s => web(s, `ProxyJump root@127.0.0.1:${s.bastion}`) + block('127.*', [`IdentityFile ${s.key}`]),
    connects: yes,
  },
  {
    name: 'ProxyJump ssh://',
    config: s =>
      web(s, `ProxyJump ssh://root@127.0.0.1:${s.bastion}`) + block('127.*', [`IdentityFile ${s.key}`]),
    connects: yes,
  },
  {
    name: 'ProxyJump with tokens',
    config: s =>
      web(s, 'ProxyJump %r@to-%n') +
      hop(s, 'bastion')
        .replace('bastion', 'to-web')
        .replace(/ {2}User.*\n/, ''),
    connects: yes,
  },
  {
    name: 'ProxyJump as another user, who may not',
    config: s => web(s, 'ProxyJump nobody@bastion') + both(s),
    connects: no,
  },
  {
    name: 'ProxyJump none comes first',
    config: s => web(s, 'ProxyJump none', 'ProxyJump nobody.invalid'),
    connects: yes,
  },
  {
    name: 'ProxyJump over a host without our key',
    config: s => web(s, 'ProxyJump bastion') + hop(s, 'bastion').replace(/ {2}IdentityFile.*\n/, ''),
    connects: no,
  },
  {
    name: 'ProxyJump over an unknown host',
    config: s => web(s, 'ProxyJump bastion') + hop(s, 'bastion', 'UserKnownHostsFile /dev/null'),
    connects: no,
  },
  {
    name: 'ProxyJump to an unknown server',
    config: s => web(s, 'ProxyJump bastion', 'UserKnownHostsFile /dev/null') + both(s),
    connects: no,
  },
  {
    name: 'a HostKeyAlias each for hop and server',
    config: s =>
      web(s, 'ProxyJump bastion', 'HostKeyAlias lab', `UserKnownHostsFile ${s.dir}/known`) +
      hop(s, 'bastion', 'HostKeyAlias gate', `UserKnownHostsFile ${s.dir}/gate`),
    files: s => ({ known: `lab ${s.webKey}\n`, gate: `gate ${s.bastionKey}\n` }),
    connects: yes,
  },
  {
    name: "the server's key does not let the hop pass for it",
    config: s =>
      web(s, 'ProxyJump bastion') +
      hop(s, 'bastion', 'HostKeyAlias lab', `UserKnownHostsFile ${s.dir}/known`),
    files: s => ({ known: `lab ${s.webKey}\n` }),
    connects: no,
  },
  {
    name: 'ProxyJump to a port where nobody listens',
    config: s => web(s, 'ProxyJump bastion', 'Port 1') + both(s),
    connects: no,
  },
  { name: 'ProxyCommand', config: s => command(s, 'nc %h %p'), connects: yes },
  { name: 'ProxyCommand with a token of files', config: s => command(s, 'nc %h %p # %C'), connects: no },
  {
    name: 'ProxyCommand with quotes and a pipe',
    config: s => command(s, `sh -c 'cat | nc "$1" "$2"' - %h %p`),
    connects: yes,
  },
  {
    name: 'ProxyCommand with a variable of the shell',
    config: s => command(s, `nc $THERE %p`),
    env: () => ({ THERE: '127.0.0.1' }),
    connects: yes,
  },
  {
    name: 'ProxyCommand ssh -W',
    config: s => command(s, `ssh -F ${s.config} -W %h:%p bastion`) + both(s),
    connects: yes,
  },
  {
    name: 'ProxyCommand for a name that only it knows',
    config: s =>
      web(
        s,
        `ProxyCommand nc 127.0.0.1 %p`,
        'HostName only.there',
        'HostKeyAlias lab',
        `UserKnownHostsFile ${s.dir}/known`,
      ),
    files: s => ({ known: `lab ${s.webKey}\n` }),
    connects: yes,
  },
  { name: 'ProxyCommand that fails', config: s => command(s, 'false'), connects: no },
  { name: 'ProxyCommand that is not there', config: s => command(s, '/none/such %h'), connects: no },
  { name: 'ProxyCommand that says something else', config: s => command(s, 'echo hello'), connects: no },
  { name: 'ProxyCommand none', config: s => command(s, 'none'), connects: yes },
  {
    name: 'ProxyCommand before ProxyJump',
    config: s => web(s, 'ProxyCommand nc %h %p', 'ProxyJump nobody.invalid'),
    connects: yes,
  },
  {
    name: 'ProxyJump before ProxyCommand',
    config: s => web(s, 'ProxyJump bastion', 'ProxyCommand false') + both(s),
    connects: yes,
  },
  {
    name: 'a ProxyCommand to the jump host',
    config: s => web(s, 'ProxyJump bastion') + hop(s, 'bastion', 'ProxyCommand nc %h %p'),
    connects: yes,
  },
];

export const IPV6: readonly ConfigCase[] = [
  { name: 'HostName ::1', config: s => web(s, 'HostName ::1', `Port ${s.webOverIpv6}`), connects: yes },
  {
    name: 'HostName ::1, in full',
    config: s => web(s, 'HostName 0:0:0:0:0:0:0:1', `Port ${s.webOverIpv6}`),
    connects: yes,
  },
  {
    name: 'HostName ::1 by ProxyJump',
    config: s => web(s, 'HostName ::1', `Port ${s.webOverIpv6}`, 'ProxyJump bastion') + both(s),
    connects: yes,
  },
  {
    name: 'AddressFamily inet for ::1',
    config: s => web(s, 'HostName ::1', `Port ${s.webOverIpv6}`, 'AddressFamily inet'),
    connects: no,
  },
];

/** `connects` is what OpenSSH does; sshdrift does the opposite. */
export const CONFIG_EXCEPTIONS: readonly ConfigException[] = [
  {
    name: 'NoHostAuthenticationForLocalhost',
    why: 'no server is trusted unseen, not even by name of localhost',
    config: s => web(s, 'NoHostAuthenticationForLocalhost yes', 'UserKnownHostsFile /dev/null'),
    connects: yes,
  },
  {
    name: 'KnownHostsCommand',
    why: 'host keys come from files and from the inventory, where they can be reviewed',
    config: s => web(s, `KnownHostsCommand /bin/cat ${s.known}`, 'UserKnownHostsFile /dev/null'),
    connects: yes,
  },
  {
    name: 'ProxyUseFdpass',
    why: 'Node cannot receive a file descriptor; it is refused by name',
    config: s => web(s, 'ProxyUseFdpass yes', 'ProxyCommand nc -F %h %p'),
    connects: yes,
  },
  {
    name: 'IdentityFile ~root/',
    why: "only the user's own home is looked up; it is refused by name",
    config: s => withKey(s, `~root${'/..'.repeat(4)}${s.key}`),
    connects: yes,
  },
  {
    name: 'HostKeyAlgorithms that the server does not have',
    why: "algorithms are sshdrift's own choice; the key is verified all the same",
    config: s => web(s, 'HostKeyAlgorithms rsa-sha2-512'),
    connects: no,
  },
];
