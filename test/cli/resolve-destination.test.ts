// Who decides how a server is reached: the inventory, then OpenSSH's configuration, then the defaults. The `ssh` here is a
// script that prints what a test wants, so that nothing depends on the machine.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.ts';
import { createResolveDestination } from '../../src/cli/resolve-destination.ts';
import type { Destination } from '../../src/domain/destination.ts';
import { parseInventory } from '../../src/domain/parse-inventory.ts';
import { UserError } from '../../src/domain/user-error.ts';
import { worldOf } from '../support/world.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sshdrift-resolve-'));
  mkdirSync(join(dir, 'bin'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** An `ssh` that writes down how it was called, and prints `SSH_SAYS_host`, or the host and its defaults. */
function fakeSsh(answers: Readonly<Record<string, readonly string[]>> = {}): void {
  const cases = Object.entries(answers).map(
    ([host, lines]) => `${host}) printf '%s\\n' ${lines.map(line => `'${line}'`).join(' ')} ;;`,
  );
  const script = `#!/bin/sh
echo "$*" >>${dir}/calls
env >>${dir}/env
for host; do :; done
printf '%s\\n' "hostname $host" 'user local' 'port 22'
case $host in ${cases.join('\n')} *) ;; esac
`;
  writeFileSync(join(dir, 'bin/ssh'), script);
  chmodSync(join(dir, 'bin/ssh'), 0o755);
}

const calls = (): readonly string[] => {
  try {
    return readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
};

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly sshConfig?: string;
  readonly connectTimeoutMs?: number;
}

async function resolveAll(inventoryData: object, setting: Setting = {}) {
  const world = worldOf({
    env: { PATH: `${dir}/bin:/usr/bin:/bin`, ...setting.env },
    cwd: dir,
    home: dir,
    userName: 'me',
  });
  const text = JSON.stringify(inventoryData);
  const inventory = parseInventory({ text, file: 'inventory.yaml', directory: dir, home: dir });
  const resolve = createResolveDestination(
    { sshConfig: setting.sshConfig ?? null, connectTimeoutMs: setting.connectTimeoutMs ?? null },
    { inventory, environment: readEnvironment(world.env), world },
  );
  const destinations = await Promise.all(inventory.servers.map(resolve));
  return { destinations, said: world.said() };
}

const resolveOne = async (ssh: object, setting: Setting = {}): Promise<Destination> => {
  const { destinations } = await resolveAll({ servers: { web: { ssh } } }, setting);
  return destinations[0] as Destination;
};

describe('whom to ask', () => {
  test.each<[string, Setting, readonly string[]]>([
    ['a laptop asks ssh', {}, ['-G -T -- web']],
    ['a pipeline does not', { env: { CI: 'true' } }, []],
    ['SSH_PRIVATE_KEY says that it is none', { env: { SSH_PRIVATE_KEY: 'k' } }, []],
    ['--ssh-config none', { sshConfig: 'none' }, []],
    ['--ssh-config FILE', { sshConfig: 'conf' }, ['-G -T -F DIR/conf -- web']],
    [
      '--ssh-config FILE in a pipeline',
      { sshConfig: 'conf', env: { CI: '1' } },
      ['-G -T -F DIR/conf -- web'],
    ],
  ])('%s', async (_, setting, expected) => {
    fakeSsh();
    await resolveOne({}, setting);
    expect(calls()).toEqual(expected.map(call => call.replace('DIR', dir)));
  });

  test('user and port of the inventory are told to ssh, for its Match lines and tokens', async () => {
    fakeSsh();
    await resolveOne({ user: 'deploy', port: 2222 });
    expect(calls()).toEqual(['-G -T -l deploy -p 2222 -- web']);
  });

  test('the same host is asked about once', async () => {
    fakeSsh();
    await resolveAll({ servers: { a: { host: 'web' }, b: { host: 'web' }, c: { host: 'db' } } });
    expect(calls()).toHaveLength(2);
  });

  test('ssh sees no secret', async () => {
    fakeSsh();
    await resolveOne({}, { env: { SSH_KEY_PASSPHRASE: 'open sesame', GITOPS_STATUS_TOKEN: 'open sesame' } });
    const seen = readFileSync(join(dir, 'env'), 'utf8');
    expect(seen).toContain('PATH=');
    expect(seen).not.toContain('sesame');
  });

  test('no ssh program: defaults, and one warning if there is a configuration', async () => {
    const env = { PATH: `${dir}/bin` };
    expect((await resolveAll({ servers: { a: null, b: null } }, { env })).said).toBe('');
    mkdirSync(join(dir, '.ssh'));
    writeFileSync(join(dir, '.ssh/config'), '');
    const { destinations, said } = await resolveAll({ servers: { a: null, b: null } }, { env });
    expect(said).toBe(
      `sshdrift: warning: ${dir}/.ssh/config is ignored, because there is no ssh program to read it\n`,
    );
    expect(destinations[0]).toMatchObject({ host: 'a', port: 22, user: 'me' });
    await expect(resolveOne({}, { env, sshConfig: 'conf' })).rejects.toThrow('needs the ssh program');
  });

  test("a configuration that ssh refuses is the operator's mistake, in the words of ssh", async () => {
    writeFileSync(join(dir, 'bin/ssh'), '#!/bin/sh\necho "conf line 3: Bad option" >&2\nexit 255\n', {
      mode: 0o755,
    });
    const error = await resolveOne({}).catch(e => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('ssh cannot say how to reach web: conf line 3: Bad option');
  });
});

describe('who wins', () => {
  const FROM_SSH = [
    'identityfile /k/conf',
    'certificatefile /k/cert',
    'userknownhostsfile /known/conf',
    'globalknownhostsfile none',
    'stricthostkeychecking accept-new',
    'connecttimeout 7',
    'identityagent /agent',
    'hostkeyalias lab',
    'addressfamily inet6',
  ];

  test('what the inventory leaves open comes from ssh', async () => {
    fakeSsh({ web: FROM_SSH });
    expect(await resolveOne({})).toMatchObject({
      user: 'local',
      identityFiles: [{ path: '/k/conf', named: true }],
      certificateFiles: ['/k/cert'],
      knownHostsFiles: ['/known/conf'],
      hostKeyPolicy: 'accept-new',
      connectTimeoutMs: 7000,
      identityAgent: '/agent',
      identitiesOnly: false,
      hostKeyAlias: 'lab',
      family: 6,
      via: null,
    });
  });

  test('what the inventory says wins, even if it is the default', async () => {
    fakeSsh({ web: [...FROM_SSH, 'proxycommand nc %h %p'] });
    const ssh = {
      identity_file: 'mine',
      known_hosts: 'known',
      host_key_policy: 'yes',
      connect_timeout: '10s',
      jump: 'none',
    };
    expect(await resolveOne(ssh)).toMatchObject({
      identityFiles: [{ path: `${dir}/mine`, named: true }],
      certificateFiles: [],
      knownHostsFiles: [`${dir}/known`],
      hostKeyPolicy: 'yes',
      connectTimeoutMs: 10_000,
      identitiesOnly: true,
      via: null,
    });
    expect((await resolveOne(ssh, { connectTimeoutMs: 5 })).connectTimeoutMs).toBe(5);
  });

  test.each<[string, Setting, object, string | null]>([
    ['a laptop', {}, {}, '/agent'],
    ['a laptop, with a key named', {}, { identity_file: 'k' }, '/agent'],
    ['a pipeline', { env: { CI: '1' } }, {}, null],
    ['a pipeline with a configuration', { env: { CI: '1' }, sshConfig: 'conf' }, {}, '/agent'],
    ['a key in the environment', { env: { SSH_PRIVATE_KEY: 'k' } }, {}, null],
  ])('the agent is asked: %s', async (_, setting, ssh, agent) => {
    fakeSsh();
    const env = { SSH_AUTH_SOCK: '/agent', ...setting.env };
    expect((await resolveOne(ssh, { ...setting, env })).identityAgent).toBe(agent);
  });
});

/** The hops of a destination, the first one to be reached first. */
const hopsOf = ({ via }: Destination): readonly string[] =>
  via?.kind === 'jump' ? [...hopsOf(via.hop), `${via.hop.user}@${via.hop.host}:${via.hop.port}`] : [];

describe('jump hosts', () => {
  const hops = async (data: object, setting: Setting = {}) => {
    const { destinations } = await resolveAll(data, setting);
    return destinations.map(hopsOf);
  };

  test('ProxyJump: each hop by its own configuration, the last one next to the server', async () => {
    fakeSsh({ web: ['proxyjump a,you@b:33'], a: ['proxyjump gate'], b: ['proxyjump ignored'] });
    expect(await hops({ servers: { web: null } })).toEqual([['local@gate:22', 'local@a:22', 'local@b:22']]);
    expect(calls()).toContain('-G -T -l you -p 33 -- b');
  });

  test('ssh.jump: a server of the inventory, with its own settings', async () => {
    const servers = {
      gate: { host: '192.0.2.1', host_key: `SHA256:${'A'.repeat(43)}`, ssh: { user: 'jump', port: 2222 } },
      web: { ssh: { jump: 'gate' } },
    };
    const { destinations } = await resolveAll({ servers }, { sshConfig: 'none' });
    expect(destinations.map(hopsOf)).toEqual([[], ['jump@192.0.2.1:2222']]);
    expect(destinations[1]?.via).toMatchObject({ hop: { hostKeys: [`SHA256:${'A'.repeat(43)}`] } });
  });

  test('ssh.jump: another host, with the keys and the user of the server, but not its port', async () => {
    const ssh = {
      user: 'deploy',
      port: 2222,
      identity_file: '/k',
      known_hosts: '/known',
      jump: 'gate,u@in:33',
    };
    const { destinations } = await resolveAll({ servers: { web: { ssh } } }, { sshConfig: 'none' });
    expect(destinations.map(hopsOf)).toEqual([['deploy@gate:22', 'u@in:33']]);
    expect(destinations[0]?.via).toMatchObject({
      hop: { identityFiles: [{ path: '/k' }], knownHostsFiles: ['/known'] },
    });
  });

  test('a jump host for all is no jump host for itself', async () => {
    const data = { ssh: { jump: 'gate' }, servers: { gate: null, web: null } };
    expect(await hops(data, { sshConfig: 'none' })).toEqual([[], ['me@gate:22']]);
    const byHost = { ssh: { jump: 'gate.example' }, servers: { g: { host: 'gate.example' }, web: null } };
    expect(await hops(byHost, { sshConfig: 'none' })).toEqual([[], ['me@gate.example:22']]);
  });

  test('ssh.jump wins over the configuration, and none over both', async () => {
    fakeSsh({ web: ['proxyjump conf'] });
    expect(await hops({ servers: { web: { ssh: { jump: 'mine' } } } })).toEqual([['local@mine:22']]);
    expect(await hops({ ssh: { jump: 'mine' }, servers: { web: { ssh: { jump: 'none' } } } })).toEqual([[]]);
  });

  test.each<[string, object, Readonly<Record<string, readonly string[]>>]>([
    [
      'of the configuration',
      { servers: { web: null } },
      { web: ['proxyjump a'], a: ['proxyjump b'], b: ['proxyjump a'] },
    ],
    ['of one host', { servers: { web: null } }, { web: ['proxyjump gate'], gate: ['proxyjump gate'] }],
    ['of the inventory', { servers: { a: { ssh: { jump: 'b' } }, b: { ssh: { jump: 'a' } } } }, {}],
  ])('a loop %s', async (_, data, answers) => {
    fakeSsh(answers);
    await expect(resolveAll(data)).rejects.toThrow(/^jump hosts in a loop, or more than 8 of them: /);
  });
});
