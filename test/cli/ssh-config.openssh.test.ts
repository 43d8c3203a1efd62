// The ways to servers against the real OpenSSH client: for the same configuration file, sshdrift connects to a real
// server exactly when `ssh -F FILE -o BatchMode=yes -o StrictHostKeyChecking=yes HOST true` does. Where it does not, the
// reason stands in the list of exceptions. OpenSSH takes the home directory from passwd, so nothing here is in ~/.ssh.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { networkInterfaces, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.ts';
import { createResolveDestination } from '../../src/cli/resolve-destination.ts';
import { parseInventory } from '../../src/domain/parse-inventory.ts';
import { UserError } from '../../src/domain/user-error.ts';
import { isFailure } from '../../src/engine/ports.ts';
import { createKnownHosts } from '../../src/io/known-hosts-files.ts';
import { createConnect } from '../../src/io/ssh/connect.ts';
import { createIdentities } from '../../src/io/ssh/identities.ts';
import { listen, type TcpServer } from '../support/fault-tcp.ts';
import { makeKey } from '../support/keys.ts';
import { needs } from '../support/programs.ts';
import { CLEAN_ENV } from '../support/run.ts';
import {
  BASE,
  CONFIG_EXCEPTIONS,
  type ConfigCase,
  HOST_KEYS,
  HOSTS_AND_MATCHES,
  IDENTITIES,
  IPV6,
  type Scene,
  WAYS,
} from '../support/ssh-config-cases.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { worldOf } from '../support/world.ts';

const real = needs('sshd', 'ssh', 'ssh-keygen', 'nc');
const hasIpv6 = Object.values(networkInterfaces()).some(list =>
  list?.some(({ address }) => address === '::1'),
);

let dir: string;
let servers: readonly Sshd[] = [];
let relay: TcpServer | undefined;
let shared: Omit<Scene, 'dir' | 'config'>;
let count = 0;

real.describe('as OpenSSH', () => {
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'sshdrift-config-'));
    servers = await Promise.all([startSshd(), startSshd(), startSshd()]);
    const [web, bastion, inner] = servers as [Sshd, Sshd, Sshd];
    relay = hasIpv6
      ? await listen(socket => {
          const there = connectTcp(web.port, web.host);
          there.on('error', () => socket.destroy());
          socket.pipe(there).pipe(socket);
        }, '::1')
      : undefined;
    const [webKey, bastionKey] = [web.hostKeys[0]?.publicKey ?? '', bastion.hostKeys[0]?.publicKey ?? ''];
    const file = (name: string, text: string): string => {
      writeFileSync(join(dir, name), text, { mode: 0o600 });
      return join(dir, name);
    };
    shared = {
      web: web.port,
      bastion: bastion.port,
      inner: inner.port,
      webOverIpv6: relay?.port ?? 0,
      key: file('key', web.clientKey.privateKey),
      wrongKey: file('wrong', (await makeKey('ed25519')).privateKey),
      known: file(
        'known',
        [...servers.map(s => s.knownHosts.trim()), `[::1]:${relay?.port} ${webKey}`, ''].join('\n'),
      ),
      webKey,
      bastionKey,
      otherKey: (await makeKey('ed25519')).publicKey,
      home: userInfo().homedir,
    };
  });
  afterAll(async () => {
    await Promise.all([...servers.map(server => server.stop()), relay?.stop()]);
    rmSync(dir, { recursive: true, force: true });
  });

  function sceneOf(about: ConfigCase): Scene {
    const own = join(dir, String(++count));
    const scene = { ...shared, dir: own, config: join(own, 'config') };
    const copies: Readonly<Record<string, string>> = {
      KEY: servers[0]?.clientKey.privateKey ?? '',
      KNOWN: servers.map(s => s.knownHosts).join(''),
    };
    const files = { config: `${about.config(scene)}${BASE(scene)}`, ...about.files?.(scene) };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(own, name)), { recursive: true });
      writeFileSync(join(own, name), copies[text] ?? text, { mode: 0o600 });
    }
    return scene;
  }

  /** `yes`, or what ssh says. */
  const askOpenSsh = (scene: Scene, host: string, env: NodeJS.ProcessEnv): Promise<string> =>
    new Promise(resolve => {
      const options = ['-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes'];
      const args = ['-F', scene.config, ...options, host, 'true'];
      execFile('ssh', args, { env, cwd: dir, timeout: 20_000 }, (error, _, stderr) =>
        resolve(error === null ? 'yes' : stderr || error.message),
      );
    });

  /** `yes`, or the code of the failure, or the operator's mistake. */
  async function askOurselves(scene: Scene, host: string, env: NodeJS.ProcessEnv): Promise<string> {
    const world = worldOf({ env, cwd: dir });
    const text = JSON.stringify({ servers: { it: { host, ssh: { host_key_policy: 'yes' } } } });
    const inventory = parseInventory({ text, file: 'inventory.yaml', directory: dir, home: world.home });
    const resolve = createResolveDestination(
      { sshConfig: scene.config, connectTimeoutMs: null },
      { inventory, environment: readEnvironment(env), world },
    );
    const connect = createConnect({
      knownHosts: createKnownHosts(null),
      identities: createIdentities({ privateKey: null, passphrase: null, terminal: null }),
      terminal: null,
      env,
    });
    try {
      const [server] = inventory.servers;
      if (server === undefined) throw new Error('no server');
      const connection = await connect(await resolve(server), new AbortController().signal);
      if (isFailure(connection)) return connection.code;
      const execution = await connection.exec('true', 100);
      connection.close();
      return isFailure(execution) ? execution.code : 'yes';
    } catch (error) {
      if (error instanceof UserError) return error.message;
      throw error;
    } finally {
      await connect.close();
    }
  }

  async function ask(about: ConfigCase): Promise<{ readonly openssh: string; readonly ours: string }> {
    const scene = sceneOf(about);
    const env = { ...CLEAN_ENV, ...about.env?.(scene) };
    const host = about.host ?? 'web';
    const [openssh, ours] = await Promise.all([askOpenSsh(scene, host, env), askOurselves(scene, host, env)]);
    return { openssh, ours };
  }

  const agree = async (about: ConfigCase): Promise<void> => {
    const { openssh, ours } = await ask(about);
    const said = `ssh: ${openssh}\nsshdrift: ${ours}`;
    expect({ openssh: openssh === 'yes', ours: ours === 'yes' }, said).toEqual({
      openssh: about.connects,
      ours: about.connects,
    });
  };

  describe.each([
    ['Host, Match and Include', HOSTS_AND_MATCHES],
    ['identities', IDENTITIES],
    ['host keys', HOST_KEYS],
    ['jump hosts and proxy commands', WAYS],
  ] as const)('%s', (_, cases) => {
    test.each(cases.map(about => [about.name, about] as const))('%s', (_name, about) => agree(about));
  });

  describe.skipIf(!hasIpv6)('IPv6', () => {
    test.each(IPV6.map(about => [about.name, about] as const))('%s', (_, about) => agree(about));
  });

  test.each(CONFIG_EXCEPTIONS.map(about => [about.name, about.why, about] as const))(
    'not so: %s, because %s',
    async (_, __, about) => {
      const { openssh, ours } = await ask(about);
      expect({ openssh: openssh === 'yes', ours: ours === 'yes' }, `${openssh}\n${ours}`).toEqual({
        openssh: about.connects,
        ours: !about.connects,
      });
    },
  );
});
