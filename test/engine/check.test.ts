// The engine over a port that answers by running the probe on this machine: no SSH, but the real script and parser.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Destination } from '../../src/domain/destination.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { sha256 } from '../../src/domain/git-copies.ts';
import { remotePath } from '../../src/domain/remote-path.ts';
import { isIncomplete, runStatus } from '../../src/domain/report.ts';
import { parseWatch } from '../../src/domain/watch.ts';
import { checkFleet } from '../../src/engine/check-fleet.ts';
import type { Connection, Ports, Target } from '../../src/engine/ports.ts';
import { destinationOf } from '../support/connecting.ts';
import { runCommand } from '../support/run-probe.ts';

let etc: string;
beforeAll(() => {
  etc = mkdtempSync(join(tmpdir(), 'sshdrift-engine-'));
});
afterAll(() => rmSync(etc, { recursive: true }));

function target(name: string, git: Readonly<Record<string, string>>): Target {
  const root = remotePath(etc);
  return {
    server: {
      name,
      host: name,
      hostKeys: [],
      labels: {},
      ssh: {
        user: 'u',
        port: 22,
        identityFile: null,
        knownHosts: null,
        hostKeyPolicy: 'yes',
        become: null,
        jump: null,
        connectTimeoutMs: 1,
        timeoutMs: 1,
      },
      scope: {
        layers: [],
        root,
        watch: [parseWatch(remotePath(`${etc}/*.conf`))],
        unmanaged: 'drift',
        ignore: [{ watch: parseWatch(remotePath(`${etc}/ignored.conf`)), reason: 'r', until: null }],
        expect: null,
        service: 'rsyslogd',
        maxFileSize: 1024,
      },
    },
    destination: destinationOf({ host: name, port: 22, user: 'u' }),
    copies: new Map(
      Object.entries(git).map(([file, text]) => [
        remotePath(`${etc}/${file}`),
        { source: file, bytes: Buffer.from(text), sha256: sha256(Buffer.from(text)) },
      ]),
    ),
  };
}

interface World {
  readonly ports: Ports;
  readonly commands: string[];
  readonly closed: () => number;
}

/** Servers called `local` answer; the others are what `connect` says. */
function world(connect: (name: string) => Promise<Connection | Failure> | null = () => null): World {
  const commands: string[] = [];
  let nonces = 0;
  let closed = 0;
  const local: Connection = {
    warnings: [],
    exec: async command => {
      commands.push(command);
      return { stdout: runCommand(command, { shell: ['bash'] }), stderr: Buffer.alloc(0), exitCode: 0 };
    },
    sftp: async () => null,
    close: () => closed++,
    hold: () => () => undefined,
    rest: () => () => undefined,
  };
  return {
    commands,
    closed: () => closed,
    ports: {
      connect: async ({ host }) => connect(host) ?? local,
      becomePassword: async () => null,
      now: () => new Date('2026-04-21T10:30:00.700Z'),
      nonce: () => (nonces++).toString(16).padStart(32, '0'),
    },
  };
}

const fleet = (...targets: Target[]) => ({
  repo: 'r',
  git: async () => null,
  targets,
  rules: [],
  warnings: [],
});
const limits = (timeoutMs = 60_000) => ({
  atOnce: { busy: 4, open: 4 },
  timeoutMs,
  signal: new AbortController().signal,
  follower: null,
});
const REFUSED: Failure = { code: 'ssh/refused', host: 'h', port: 22 };

test('one connection, one exec, all verdicts', async () => {
  writeFileSync(join(etc, 'same.conf'), 'same');
  writeFileSync(join(etc, 'differs.conf'), 'server');
  writeFileSync(join(etc, 'extra.conf'), 'extra');
  writeFileSync(join(etc, 'ignored.conf'), 'x');
  const { ports, commands, closed } = world();
  const report = await checkFleet(
    fleet(target('local', { 'same.conf': 'same', 'differs.conf': 'git', 'gone.conf': 'g' })),
    ports,
    limits(),
  );
  expect(report.servers[0]).toMatchObject({ status: 'OUT_OF_SYNC', expected: 3, compared: 3, failure: null });
  expect(report.servers[0]?.files.map(f => [f.name, f.verdict])).toEqual([
    ['differs.conf', 'modified'],
    ['extra.conf', 'unmanaged'],
    ['gone.conf', 'missing'],
    ['same.conf', 'in-sync'],
  ]);
  expect(report.servers[0]?.ignored).toEqual([{ name: 'ignored.conf', reason: 'r', until: null }]);
  expect([commands.length, closed()]).toEqual([1, 1]);
});

test('a question that is too long is asked in parts, and found files afterwards', async () => {
  const git = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`many-${i}.conf`, `${i}`]));
  for (const [name, text] of Object.entries(git)) writeFileSync(join(etc, name), text);
  const { ports, commands } = world();
  const report = await checkFleet(fleet(target('local', git)), ports, limits());
  expect(report.servers[0]?.files.filter(f => f.verdict === 'in-sync').length).toBe(150);
  expect(report.servers[0]?.files.find(f => f.name === 'extra.conf')?.server?.bytes?.toString()).toBe(
    'extra',
  );
  expect(commands.length).toBeGreaterThan(2);
});

/** What is reported of a server with one Git copy, about which each exec says the next of `answers`; and how many there were. */
async function told(answers: readonly string[]) {
  let asked = 0;
  const { ports } = world(() =>
    Promise.resolve({
      warnings: [],
      sftp: async () => null,
      close: () => undefined,
      hold: () => () => undefined,
      rest: () => () => undefined,
      exec: async command => {
        const nonce = /' '(\w{32}) /.exec(command)?.[1];
        const listing = asked === 0 ? `\n${nonce} G 0 listed` : '';
        const stdout = Buffer.from(
          `\n${nonce} BEGIN 1${listing}\n${nonce} F 1 ${answers[asked++]}\n${nonce} END x\n`,
        );
        return { stdout, stderr: Buffer.alloc(0), exitCode: 0 };
      },
    }),
  );
  const report = await checkFleet(fleet(target('local', { 'a.conf': 'x' })), ports, limits());
  return { asked, report };
}

test('a file that changed while it was read is asked about once more', async () => {
  const { asked, report } = await told(['changing', 'absent']);
  expect([asked, report.servers[0]?.files[0]?.verdict]).toEqual([2, 'missing']);
});

test('a file that could not be read makes a server without drift UNKNOWN, never SYNCED', async () => {
  const { asked, report } = await told(['unreadable']);
  expect(report.servers[0]).toMatchObject({ status: 'UNKNOWN', expected: 1, compared: 0, failure: null });
  expect([asked, runStatus(report), isIncomplete(report)]).toEqual([1, 'UNKNOWN', true]);
});

describe('trouble', () => {
  test('with one server leaves the others alone', async () => {
    const { ports } = world(name => (name === 'down' ? Promise.resolve(REFUSED) : null));
    const report = await checkFleet(
      fleet(target('up', { 'same.conf': 'same' }), target('down', { 'same.conf': 'same' })),
      ports,
      limits(),
    );
    expect(report.servers.map(s => [s.server, s.status, s.failure?.code])).toEqual([
      ['down', 'UNKNOWN', 'ssh/refused'],
      ['up', 'OUT_OF_SYNC', undefined],
    ]);
    expect([runStatus(report), isIncomplete(report)]).toEqual(['OUT_OF_SYNC', true]);
  });

  test.each([
    ['no BEGIN', 'This account is currently not available.\n', 'probe/no-answer'],
    ['no END', '\nNONCE BEGIN 1\nNONCE G 0 listed', 'probe/truncated'],
    ['a lie', '\nNONCE BEGIN 1\nNONCE X\nNONCE END x\n', 'probe/garbled'],
  ])('%s is a failure with a code', async (_, stdout, code) => {
    const { ports } = world(() =>
      Promise.resolve({
        warnings: [],
        sftp: async () => null,
        close: () => undefined,
        hold: () => () => undefined,
        rest: () => () => undefined,
        exec: async command => {
          const nonce = /' '(\w{32}) /.exec(command)?.[1] ?? '';
          return {
            stdout: Buffer.from(stdout.replaceAll('NONCE', nonce)),
            stderr: Buffer.alloc(0),
            exitCode: 1,
          };
        },
      }),
    );
    const report = await checkFleet(fleet(target('s', { 'a.conf': 'x' })), ports, limits());
    expect(report.servers[0]).toMatchObject({ status: 'UNKNOWN', files: [], compared: 0, failure: { code } });
  });

  test('nothing to compare is unknown, never in sync', async () => {
    const report = await checkFleet(fleet(target('local', {})), world().ports, limits());
    expect(report.servers[0]).toMatchObject({
      status: 'UNKNOWN',
      failure: { code: 'check/nothing-to-compare' },
    });
  });

  test("the run's deadline leaves what is known", async () => {
    const stalled = (_: Destination, signal: AbortSignal) =>
      new Promise<Failure>(resolve => signal.addEventListener('abort', () => resolve(REFUSED)));
    const { ports } = world();
    const connect: Ports['connect'] = (t, signal) =>
      t.host === 'local' ? ports.connect(t, signal) : stalled(t, signal);
    const report = await checkFleet(
      fleet(
        target('local', { 'same.conf': 'same' }),
        target('slow', { 'a.conf': '' }),
        target('slower', { 'a.conf': '' }),
      ),
      { ...ports, connect },
      { ...limits(300), atOnce: { busy: 2, open: 2 } },
    );
    expect(
      report.servers.map(s => s.failure && 'started' in s.failure && [s.failure.code, s.failure.started]),
    ).toEqual([null, ['run/timeout', true], expect.arrayContaining(['run/timeout'])]);
  });

  test('an interrupted run says by what', async () => {
    const interrupt = new AbortController();
    interrupt.abort('SIGINT');
    const report = await checkFleet(fleet(target('local', { 'a.conf': '' })), world().ports, {
      ...limits(),
      signal: interrupt.signal,
    });
    expect(report.servers[0]?.failure).toEqual({ code: 'run/interrupted', signal: 'SIGINT' });
  });
});

test('an ignore rule that matches nowhere is a warning of the run', async () => {
  const t = target('local', { 'same.conf': 'same' });
  const rule = { watch: parseWatch(remotePath('/etc/nothing.conf')), reason: 'old', until: null };
  const report = await checkFleet(
    { ...fleet(t), rules: [...t.server.scope.ignore, rule] },
    world().ports,
    limits(),
  );
  expect(report.warnings).toEqual(['the ignore rule for /etc/nothing.conf matches nothing (old)']);
});
