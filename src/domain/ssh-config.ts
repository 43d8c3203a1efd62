// What OpenSSH would do for a host, from the output of `ssh -G`: one `keyword value` per line, lists as repeated lines.
// Facts that are not in the manual: StrictHostKeyChecking comes as true or false, several known_hosts files come in one
// line without quotes, and IdentityFile, CertificateFile, RevokedHostKeys and ProxyCommand come unexpanded.

import type { Destination } from './destination.ts';
import { escapeText } from './escape.ts';
import type { HostKeyPolicy } from './inventory.ts';
import { resolveLocal } from './posix-path.ts';
import { expandTokens, fileTokens, proxyTokens, type TokenFacts } from './ssh-tokens.ts';
import { UserError } from './user-error.ts';

/** What a configuration can say of a destination, and no flag or inventory has to complete. */
type Configured =
  | 'host'
  | 'port'
  | 'user'
  | 'family'
  | 'bindAddress'
  | 'hostKeyAlias'
  | 'knownHostsFiles'
  | 'revokedHostKeys'
  | 'hostKeyPolicy'
  | 'identityFiles'
  | 'certificateFiles'
  | 'identityAgent'
  | 'identitiesOnly';

/** The answer for one host, everything expanded, paths absolute. */
export interface SshConfig extends Pick<Destination, Configured> {
  readonly connectTimeoutMs: number | null;
  readonly proxy: SshProxy | null;
}

/** ProxyJump, a list of hosts of which the last one is next to the server, or ProxyCommand. */
export type SshProxy =
  | { readonly kind: 'jump'; readonly hops: string }
  | { readonly kind: 'command'; readonly command: string };

/** What the configuration may refer to on this machine. */
export interface LocalFacts {
  /** From the passwd database, as OpenSSH takes it. */
  readonly home: string;
  readonly userName: string;
  readonly uid: number;
  readonly hostName: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** OpenSSH's own list and order (ssh_config(5), IdentityFile), without the forms that newer versions have dropped. */
const IDENTITY_FILES = ['rsa', 'ecdsa', 'ecdsa_sk', 'ed25519', 'ed25519_sk'].map(type => `~/.ssh/id_${type}`);
const USER_KNOWN_HOSTS = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
const GLOBAL_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

/** What ssh does where no file says otherwise, in the form that `ssh -G` prints. */
export const defaultConfig = (asked: {
  readonly host: string;
  readonly user: string;
  readonly port: number | null;
}): string =>
  [
    `hostname ${asked.host}`,
    `user ${asked.user}`,
    `port ${asked.port ?? 22}`,
    ...IDENTITY_FILES.map(file => `identityfile ${file}`),
    `userknownhostsfile ${USER_KNOWN_HOSTS.join(' ')}`,
    `globalknownhostsfile ${GLOBAL_KNOWN_HOSTS.join(' ')}`,
  ].join('\n');

/**
 * Reads the output of `ssh -G ORIGINAL_HOST`. Throws a UserError for what ssh, too, refuses to expand, and for the few
 * keywords without which another server would be reached and that sshdrift cannot honour.
 */
export function readSshConfig(output: string, originalHost: string, local: LocalFacts): SshConfig {
  const values = valuesByKeyword(output);
  const all = (keyword: string): readonly string[] => values.get(keyword) ?? [];
  const one = (keyword: string): string | null => {
    const value = all(keyword)[0];
    return value === undefined || value.toLowerCase() === 'none' ? null : value;
  };

  const host = all('hostname')[0] ?? originalHost;
  const user = all('user')[0] ?? local.userName;
  const port = numberOf(one('port') ?? '22', 65535, 'Port');
  const hostKeyAlias = one('hostkeyalias');
  const facts: TokenFacts = {
    ...{ originalHost, host, port, user, hostKeyAlias, jump: one('proxyjump') ?? '' },
    ...{ home: local.home, localUser: local.userName, uid: local.uid, localHost: local.hostName },
  };
  const tokens = fileTokens(facts);
  const file = (keyword: string, text: string): string => {
    const path = text.replace(/^~(?=\/|$)/, () => local.home);
    if (path.startsWith('~'))
      throw new UserError(
        `${keyword} in the ssh configuration: "${escapeText(text)}" is in the home of another user`,
        'Write the whole path.',
      );
    const expanded = expandTokens(keyword, path, { tokens, env: local.env });
    return resolveLocal(expanded, { directory: local.cwd, home: local.home });
  };
  const files = (keyword: string): readonly string[] =>
    all(keyword).filter(name => name.toLowerCase() !== 'none');
  const knownHosts = (keyword: string): readonly string[] =>
    // Expanded by ssh itself; resolveLocal is for our own defaults and relative paths.
    splitFiles(one(keyword)).map(path => resolveLocal(path, { directory: local.cwd, home: local.home }));

  const identities = files('identityfile');
  const byDefault = IDENTITY_FILES.every(name => identities.includes(name));
  // Without public keys nothing is left that works without a person.
  const methods = one('preferredauthentications')?.split(',');
  const noKeys = one('pubkeyauthentication') === 'false' || methods?.includes('publickey') === false;
  const revoked = one('revokedhostkeys');
  const connectTimeout = one('connecttimeout');
  // For ssh, 0 is no limit of its own.
  const noTimeout = connectTimeout === null || connectTimeout === '0';
  return {
    host,
    port,
    user,
    family: FAMILY[one('addressfamily') ?? 'any'] ?? null,
    bindAddress: one('bindaddress'),
    hostKeyAlias,
    knownHostsFiles: [
      // Keys are learnt into the first file, which must be the user's.
      ...(one('userknownhostsfile') === null ? ['/dev/null'] : knownHosts('userknownhostsfile')),
      ...knownHosts('globalknownhostsfile'),
    ],
    revokedHostKeys: revoked === null ? null : file('RevokedHostKeys', revoked),
    hostKeyPolicy: POLICY[one('stricthostkeychecking') ?? 'ask'] ?? 'yes',
    identityFiles: noKeys
      ? []
      : identities
          .filter(name => !byDefault || !/_xmss$|_dsa$/.test(name))
          .map(name => ({ path: file('IdentityFile', name), named: !byDefault })),
    certificateFiles: noKeys ? [] : files('certificatefile').map(name => file('CertificateFile', name)),
    identityAgent: noKeys ? null : agent(all('identityagent')[0], local),
    identitiesOnly: one('identitiesonly') === 'yes',
    connectTimeoutMs: noTimeout ? null : numberOf(connectTimeout, 2 ** 31, 'ConnectTimeout') * 1000,
    proxy: proxy(one, facts),
  };
}

function valuesByKeyword(output: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const end = line.indexOf(' ');
    if (end === -1) continue;
    const keyword = line.slice(0, end);
    const known = values.get(keyword);
    if (known === undefined) values.set(keyword, [line.slice(end + 1)]);
    else known.push(line.slice(end + 1));
  }
  return values;
}

/** A positive number. ssh prints nothing else; what stands in the place of ssh may. */
function numberOf(text: string, largest: number, keyword: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= largest) return number;
  throw new UserError(
    `${keyword} in the ssh configuration: "${escapeText(text)}" is not a number from 1 to ${largest}`,
    'What does `ssh -G HOST` print? Another program may stand in the place of ssh.',
  );
}

const FAMILY: Readonly<Record<string, 4 | 6>> = { inet: 4, inet6: 6 };

/** `no` (false) means that ssh connects to changed hosts, too; sshdrift never does. Nobody can be asked, so ask is yes. */
const POLICY: Readonly<Record<string, HostKeyPolicy>> = {
  true: 'yes',
  ask: 'yes',
  'accept-new': 'accept-new',
  false: 'accept-new',
};

/** `SSH_AUTH_SOCK`, `$NAME` or a path, which ssh has expanded; without a line the agent of SSH_AUTH_SOCK is asked. */
function agent(value: string | undefined, local: LocalFacts): string | null {
  if (value?.toLowerCase() === 'none') return null;
  if (value === undefined || value === 'SSH_AUTH_SOCK') return local.env.SSH_AUTH_SOCK || null;
  return (value.startsWith('$') ? local.env[value.slice(1)] : value) || null;
}

function proxy(one: (keyword: string) => string | null, facts: TokenFacts): SshProxy | null {
  const values = { tokens: proxyTokens(facts) };
  const hops = one('proxyjump');
  if (hops !== null) return { kind: 'jump', hops: expandTokens('ProxyJump', hops, values) };
  const command = one('proxycommand');
  if (command === null) return null;
  if (one('proxyusefdpass') === 'yes')
    throw new UserError(
      `ProxyUseFdpass in the ssh configuration of ${facts.originalHost} is not supported`,
      'Use a ProxyCommand that passes the data on, or ProxyJump.',
    );
  return { kind: 'command', command: expandTokens('ProxyCommand', command, values) };
}

/** The names stand in one line without quotes. After an absolute one, a word that is none belongs to its name. */
const splitFiles = (line: string | null): readonly string[] =>
  line?.split(line.startsWith('/') ? / (?=\/)/ : ' ') ?? [];
