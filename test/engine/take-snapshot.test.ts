import { expect, test } from 'vitest';
import type { Execution } from '../../src/engine/ports.ts';
import { takeSnapshot } from '../../src/engine/take-snapshot.ts';
import { destinationOf } from '../support/connecting.ts';
import { framed, nonceOf } from '../support/hostile-answers.ts';
import { NONCE, pathOf, question } from '../support/run-probe.ts';

const MIB = 1024 * 1024;

test('a question of many parts is given up when the answers fill the memory', async () => {
  const files = Array.from({ length: 900 }, (_, i) => ({
    path: pathOf(`/etc/rsyslog.d/${String(i).padStart(60, '0')}.conf`),
    sha256: null,
  }));
  let execs = 0;
  const exec = async (command: string): Promise<Execution> => {
    execs += 1;
    const asked = command.slice(command.lastIndexOf(" '")).split(' f ').length - 1;
    const absent = Array.from({ length: asked }, (_, i) => `F ${i + 1} absent`);
    expect(nonceOf(command)).toBe(NONCE);
    const stdout = Buffer.concat([Buffer.alloc(20 * MIB), framed(command, absent)]);
    return { stdout, stderr: Buffer.alloc(0), exitCode: 0 };
  };
  const taken = await takeSnapshot(
    {
      warnings: [],
      exec,
      sftp: async () => null,
      hold: () => () => {},
      rest: () => () => {},
      close: () => {},
    },
    question({ files }),
    {
      destination: destinationOf({ host: 'h', port: 22 }),
      ports: { nonce: () => NONCE, becomePassword: async () => null },
    },
  );
  expect(taken).toEqual({ code: 'probe/too-large', host: 'h', limit: 64 * MIB });
  expect(execs).toBe(4);
});
