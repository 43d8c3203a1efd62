// dropbear as the server: other key exchanges, its own limit on the length of a command, and accounts whose shell it
// does not know.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND_LIMIT, probeCommand } from '../src/domain/probe/command.ts';
import type { Snapshot } from '../src/domain/snapshot.ts';
import { isFailure } from '../src/engine/ports.ts';
import { type Reach, run } from './support/connecting.ts';
import { type Dropbear, startDropbear } from './support/dropbear.ts';
import { needsOwnEtc } from './support/programs.ts';
import { NONCE, pathOf, question } from './support/run-probe.ts';
import { contentsOf, reachOf, snapshotOf } from './support/snapshot-of.ts';
import type { SshdOptions } from './support/sshd.ts';

const real = needsOwnEtc('dropbear', 'bash', 'fish');

const ETC = { 'rsyslog.conf': 'main\n', 'rsyslog.d/30-lab.conf': 'no final newline' };
const EXPECTED = { '/etc/rsyslog.conf': 'main\n', '/etc/rsyslog.d/30-lab.conf': 'no final newline' };

const reach = ({ rig, port, knownHosts }: Dropbear): Reach => ({ ...reachOf(rig), port, knownHosts });

real.describe('dropbear', () => {
  let server: Dropbear;
  beforeAll(async () => {
    server = await startDropbear({ etc: ETC });
  });
  afterAll(() => server.stop());

  test('answers as sshd does', async () => {
    const snapshot = await snapshotOf(reach(server));
    expect(contentsOf(snapshot)).toEqual(EXPECTED);
    expect(snapshot).toEqual(await snapshotOf(reachOf(server.rig)));
  });

  test('takes the longest command that sshdrift sends, and no much longer one', async () => {
    const long = (length: number): string => `echo ${'x'.repeat(length - 5)}`;
    expect(await run(reach(server), long(COMMAND_LIMIT))).toBe(`${'x'.repeat(COMMAND_LIMIT - 5)}\n0`);
    expect(await run(reach(server), long(9_100))).toMatch(/^ssh\//);
  });

  test('gets a long question in several execs', async () => {
    const files = Array.from({ length: 300 }, (_, i) => ({
      path: pathOf(`/etc/rsyslog.d/${i}-some-service.conf`),
      sha256: null,
    }));
    const long = question({ files });
    expect(probeCommand(long, NONCE).length).toBeGreaterThan(10_000);
    const snapshot = await snapshotOf(reach(server), long);
    expect(isFailure(snapshot) || (snapshot as Snapshot).files.size).toBe(300);
  });
});

real.describe('an account of dropbear', () => {
  const ask = async (options: SshdOptions): Promise<object | string> => {
    const server = await startDropbear({ etc: ETC, ...options });
    try {
      return contentsOf(await snapshotOf(reach(server)));
    } finally {
      await server.stop();
    }
  };

  test('with fish as its shell answers', async () => {
    expect(await ask({ shell: '/usr/bin/fish' })).toEqual(EXPECTED);
  });

  test('whose shell is not in /etc/shells is refused like a wrong key', async () => {
    expect(
      await ask({ shell: '/run/sh', files: { '/run/sh': { type: 'symlink', target: '/bin/bash' } } }),
    ).toBe('ssh/auth-refused');
  });
});
