// How each server is really reached: what the inventory says, else what OpenSSH would do, else its defaults. Jump hosts
// are destinations of their own, each asked about by itself.

import type { Destination, Via } from '../domain/destination.ts';
import type { Inventory, Server, SshSettings } from '../domain/inventory.ts';
import { type JumpSpec, MAX_JUMPS, parseJumps } from '../domain/jump-spec.ts';
import type { SshConfig } from '../domain/ssh-config.ts';
import { UserError } from '../domain/user-error.ts';
import type { Environment } from './environment.ts';
import { createReadSshConfig } from './ssh-configuration.ts';
import type { World } from './world.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** What flags say about reaching servers. */
export interface ReachOptions {
  /** `--ssh-config`: a file, `none`, or null to decide by the place. */
  readonly sshConfig: string | null;
  /** Milliseconds; null leaves it to the inventory. */
  readonly connectTimeoutMs: number | null;
}

/** What all servers of a run are resolved with. */
export interface ReachContext {
  readonly inventory: Inventory;
  readonly environment: Environment;
  readonly world: World;
}

/** A server of the inventory, or a jump host that it or the ssh configuration names. */
interface Wanted {
  readonly host: string;
  readonly hostKeys: readonly string[];
  readonly ssh: SshSettings;
}

/** Nothing said, as for ssh nothing that is said about a server is said about its jump hosts. */
const UNSAID: Omit<SshSettings, 'timeoutMs'> = {
  user: null,
  port: null,
  identityFile: null,
  knownHosts: null,
  hostKeyPolicy: null,
  jump: null,
  become: null,
  connectTimeoutMs: null,
};

/** Resolves servers of one inventory; rejects with a UserError. */
export function createResolveDestination(
  options: ReachOptions,
  { inventory, environment, world }: ReachContext,
): (server: Server) => Promise<Destination> {
  const readConfig = createReadSshConfig(options.sshConfig, environment, world);
  // A pipeline has its key given; that a configuration is named there means that it counts as a whole.
  const named = options.sshConfig !== null && options.sshConfig !== 'none';
  const asksAgent = environment.privateKey === null && (named || !environment.ci);
  return server => reach(server, [], null);

  /** `path` is on whose behalf, the server first; `behind` is the hop before this one in the same list. */
  async function reach(
    wanted: Wanted,
    path: readonly string[],
    behind: Destination | null,
  ): Promise<Destination> {
    const { host, hostKeys, ssh } = wanted;
    const here = [...path, nameOf({ host, user: ssh.user, port: ssh.port })];
    if (new Set(here).size < here.length || here.length > MAX_JUMPS + 1) throw tooManyJumps(here);
    const config = await readConfig({ host, user: ssh.user, port: ssh.port });
    return {
      host: config.host,
      port: config.port,
      user: config.user,
      family: config.family,
      bindAddress: config.bindAddress,
      hostKeys,
      hostKeyAlias: config.hostKeyAlias,
      knownHostsFiles: ssh.knownHosts ?? config.knownHostsFiles,
      revokedHostKeys: config.revokedHostKeys,
      hostKeyPolicy: ssh.hostKeyPolicy ?? config.hostKeyPolicy,
      identityFiles:
        ssh.identityFile === null ? config.identityFiles : [{ path: ssh.identityFile, named: true }],
      certificateFiles: ssh.identityFile === null ? config.certificateFiles : [],
      identityAgent: asksAgent ? config.identityAgent : null,
      identitiesOnly: ssh.identityFile !== null || config.identitiesOnly,
      via: behind === null ? await viaOf(wanted, config, here) : { kind: 'jump', hop: behind },
      become: ssh.become,
      connectTimeoutMs:
        options.connectTimeoutMs ?? ssh.connectTimeoutMs ?? config.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      timeoutMs: ssh.timeoutMs,
    };
  }

  async function viaOf(wanted: Wanted, config: SshConfig, path: readonly string[]): Promise<Via | null> {
    const { jump, timeoutMs } = wanted.ssh;
    if (jump === 'none') return null;
    if (jump !== null) return chain(inventoryHops(wanted, jump), path);
    if (config.proxy?.kind !== 'jump') return config.proxy;
    return chain(
      parseJumps(config.proxy.hops).map(spec => hopOf(spec, { ...UNSAID, timeoutMs })),
      path,
    );
  }

  async function chain(hops: readonly Wanted[], path: readonly string[]): Promise<Via | null> {
    let behind: Destination | null = null;
    for (const hop of hops) behind = await reach(hop, path, behind);
    if (depthOf(behind) > MAX_JUMPS) throw tooManyJumps(path);
    return behind === null ? null : { kind: 'jump', hop: behind };
  }

  /** Servers of the inventory by name, others with the keys of the server behind them; up to the server itself. */
  function inventoryHops(wanted: Wanted, jump: string): readonly Wanted[] {
    const shared = { ...wanted.ssh, port: null, jump: null };
    const hops = jump.split(',').map((text): Wanted => {
      const server = inventory.servers.find(({ name }) => name === text);
      return server ?? hopOf(parseJumps(text)[0] as JumpSpec, shared);
    });
    // A jump host for all is written once, and goes for the jump host, too, if it is a server like the others.
    const self = hops.findIndex(hop => hop === wanted || (hop.host === wanted.host && samePort(hop, wanted)));
    return self === -1 ? hops : hops.slice(0, self);
  }
}

const hopOf = ({ host, user, port }: JumpSpec, ssh: SshSettings): Wanted => ({
  host,
  hostKeys: [],
  ssh: { ...ssh, user: user ?? ssh.user, port: port ?? ssh.port },
});

const samePort = (a: Wanted, b: Wanted): boolean => (a.ssh.port ?? 22) === (b.ssh.port ?? 22);

const depthOf = (hop: Destination | null): number =>
  hop === null ? 0 : 1 + (hop.via?.kind === 'jump' ? depthOf(hop.via.hop) : 0);

const nameOf = ({ host, user, port }: JumpSpec): string =>
  `${user === null ? '' : `${user}@`}${host}${port === null ? '' : `:${port}`}`;

const tooManyJumps = (path: readonly string[]): UserError =>
  new UserError(
    `jump hosts in a loop, or more than ${MAX_JUMPS} of them: ${path.join(' → ')}`,
    'A `Host *` with a ProxyJump needs `Host * !JUMPHOST`; compare `ssh -G` of each of them.',
  );
