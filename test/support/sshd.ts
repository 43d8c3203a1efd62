// A real OpenSSH server with an /etc of its own, for one test.
//
// There is no listening sshd: this process listens, on a port that the kernel chose and nobody can take before, and
// gives every accepted connection to an `sshd -i` of its own in the server's namespaces, as inetd does.

import { userInfo } from 'node:os';
import { writeClientFiles } from './client-files.ts';
import { programPath } from './find-program.ts';
import { listenForSshd } from './inetd.ts';
import { type Isolation, isolation } from './isolation.ts';
import { type Key, type KeyType, makeKey, sharedKey } from './keys.ts';
import { treeListing } from './listing.ts';
import { openPlace } from './place.ts';
import { serverTree } from './sshd-files.ts';
import { removeScript, type Tree, treeScript } from './tree.ts';

export interface SshdOptions {
  /** Files below /etc; there is no rsyslog.conf, and rsyslog.d is empty, unless given here. */
  readonly etc?: Tree;
  /** Files elsewhere, by absolute path: below /root, /home, /var, /run, /tmp or /dev/shm. */
  readonly files?: Tree;
  /** Who logs in by default: root, or an account with no rights at all. Both always exist and take the same key. */
  readonly user?: 'root' | 'deploy';
  /** Login shell of both, an absolute path; default /bin/bash. */
  readonly shell?: string;
  /** Types of host keys, the first is the preferred one; default ed25519 only. */
  readonly hostKeys?: readonly KeyType[];
  /** Type of the client's key; default ed25519. */
  readonly clientKey?: KeyType;
  /** Encrypts the client's key file. */
  readonly passphrase?: string;
  /** More lines of sshd_config; they win over the rig's own, and `Match` blocks may end them. */
  readonly config?: readonly string[];
  /** For the rig's own tests; default is the most that this machine allows. */
  readonly isolation?: Isolation;
  /** The only programs on the PATH of a session. Add scripts of your own as `files` below /run/tools. */
  readonly tools?: readonly string[];
  /** Stands before sshd's own command, in the server: a tracer with its arguments. */
  readonly tracer?: readonly string[];
}

/** A running server. */
export interface Sshd {
  /** With `none` (no privileges here) the server shares this machine's files, and `root` is a temporary directory. */
  readonly isolation: Isolation;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The server's /etc as a client names it. */
  readonly root: string;
  readonly hostKeys: readonly Key[];
  /** Of the preferred host key. */
  readonly fingerprint: string;
  /** One line for each host key, as `[127.0.0.1]:PORT`; also as a file of this machine. */
  readonly knownHosts: string;
  readonly knownHostsFile: string;
  readonly clientKey: Key;
  readonly identityFile: string;
  /** For `ssh -F FILE server COMMAND`. */
  readonly clientConfig: string;
  /** Process id of the keeper, in whose namespaces the server lives. */
  readonly keeper: number;
  /** Absolute remote path of a name below /etc. */
  readonly path: (name: string) => string;
  /** Makes or replaces entries below /etc. */
  readonly write: (tree: Tree) => Promise<void>;
  /** Removes entries below /etc. */
  readonly remove: (...names: readonly (string | Buffer)[]) => Promise<void>;
  /** Runs a shell command as root of the server and resolves with its stdout; paths are the server's. */
  readonly sh: (command: string) => Promise<string>;
  /** Connections accepted so far. */
  readonly connections: () => number;
  /** Commands started so far, by sshd's own log; complete after `idle`. */
  readonly execs: () => number;
  /** sshd's log so far, level VERBOSE unless `config` says otherwise. */
  readonly log: () => string;
  /** Resolves when every connection accepted so far has ended and its log is complete. */
  readonly idle: () => Promise<void>;
  /** See `listing.ts`: equal listings before and after prove that nothing was written. */
  readonly treeListing: () => Promise<readonly string[]>;
  /** Ends it with everything that runs in it; safe to call twice. */
  readonly stop: () => Promise<void>;
}

// By its absolute path, because it executes itself again.
const sshdCommand = (root: string): readonly string[] => [
  programPath('sshd'),
  ...['-i', '-e', '-f', `${root}/ssh/sshd_config`],
];

/** Starts a server, in about 60 ms. Call `stop` in the end; if the process dies before, the server goes with it. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const [clientKey, ...hostKeys] = await Promise.all([
    sharedKey(options.clientKey ?? 'ed25519', options.passphrase),
    // Two servers never have the same key; RSA is the exception, because making one takes too long.
    ...(options.hostKeys ?? ['ed25519']).map(type => (type === 'rsa' ? sharedKey('rsa') : makeKey(type))),
  ]);
  const { config = [], tools = null, etc = {}, files = {} } = options;
  const place = await openPlace({
    isolation: options.isolation ?? isolation(),
    shell: options.shell ?? '/bin/bash',
    script: prefix =>
      Buffer.concat([
        treeScript(prefix, serverTree(prefix, { hostKeys, clientKey, config, tools })),
        treeScript(`${prefix}/etc`, etc),
        treeScript(prefix, files),
        Buffer.from(prefix === '' ? 'chown -R deploy:deploy /home/deploy; chmod -R go-w /home /root\n' : ''),
      ]),
  });
  const root = `${place.prefix}/etc`;
  const server = await listenForSshd([...place.enter, ...(options.tracer ?? []), ...sshdCommand(root)]);
  const knownHosts = hostKeys.map(key => `[127.0.0.1]:${server.port} ${key.publicKey}\n`).join('');
  const user = place.isolation === 'none' ? userInfo().username : (options.user ?? 'root');
  return {
    ...server,
    ...(await writeClientFiles({ dir: place.dir, port: server.port, user, knownHosts, clientKey })),
    isolation: place.isolation,
    host: '127.0.0.1',
    user,
    root,
    hostKeys,
    fingerprint: hostKeys[0]?.fingerprint ?? '',
    knownHosts,
    clientKey,
    keeper: place.keeper,
    path: name => `${root}/${name}`,
    write: async tree => void (await place.sh(treeScript(root, tree))),
    remove: async (...names) => void (await place.sh(removeScript(root, names))),
    sh: async command => (await place.sh(`cd /\n${command}\n`)).toString(),
    treeListing: () => treeListing(place),
    stop: async () => {
      server.close();
      // First the place, which ends its processes under the eyes of their parents. Killed parents would leave orphans
      // for this machine's init to bury, and the place waits for that.
      await place.close();
      await server.stop();
    },
  };
}
