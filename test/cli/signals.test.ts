// A signal ends the program wherever it is, with what is known. Nothing here would end by itself within the time limit of
// a test: whoever waits, waits for ever.

import { execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { MAIN, sshdrift } from '../support/cli.ts';
import { listen } from '../support/fault-tcp.ts';
import { rawServer } from '../support/http-ends.ts';
import { needs, needsOwnEtc } from '../support/programs.ts';
import { createRepository, inventoryOf, type Repository, serverEntry } from '../support/repository.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';

const { describe, test } = needs('sshd', 'ssh-keygen', 'git');
const CONF = '*.* @@log.example.net\n';
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd({ user: 'deploy', etc: { 'rsyslog.conf': CONF } });
});
afterAll(() => sshd?.stop());

function repository(servers: Readonly<Record<string, object>>): Repository {
  const repo = createRepository({
    'files/rsyslog.conf': CONF,
    'inventory.yaml': inventoryOf({ lab: sshd }, { servers }),
  });
  onTestFinished(() => repo.remove());
  return repo;
}

/** A promise, and what resolves it. */
function event(): { readonly happened: Promise<void>; readonly happens: () => void } {
  let happens = (): void => undefined;
  const happened = new Promise<void>(resolve => {
    happens = resolve;
  });
  return { happened, happens: () => happens() };
}

describe.each(SIGNALS)('%s', (name, exit) => {
  test('while a server says nothing: the other one is reported', async () => {
    const accepted = event();
    const silent = await listen(accepted.happens);
    onTestFinished(() => silent.stop());
    const entry = serverEntry(sshd) as { readonly ssh: object };
    const stalling = { ...entry, ssh: { ...entry.ssh, port: silent.port } };
    const repo = repository({ lab: serverEntry(sshd), stalling });
    const { code, stdout } = await sshdrift(['check', '--concurrency', '1'], {
      cwd: repo.dir,
      signal: { name, after: accepted.happened },
    });
    expect([code, stdout]).toEqual([exit, expect.stringMatching(/^✓ SYNCED lab$/m)]);
    expect(stdout).toContain(`run/interrupted: interrupted by ${name}`);
    expect(stdout).toContain('2 servers: 1 in sync, 0 out of sync, 1 unknown');
  });

  test('while the receiver says nothing: what was not delivered is said', async () => {
    const asked = event();
    const receiver = await rawServer(socket => void socket.once('data', asked.happens));
    const repo = repository({ lab: serverEntry(sshd) });
    const { code, stdout, stderr } = await sshdrift(['check', '--status-url', receiver.url], {
      cwd: repo.dir,
      signal: { name, after: asked.happened },
    });
    expect([code, stdout]).toEqual([exit, expect.stringMatching(/^✓ SYNCED lab$/m)]);
    expect(stdout).toMatch(/^1 server: 1 in sync/m);
    expect(stderr).toMatch(
      new RegExp(`error: the status of lab was not delivered: .*interrupted by ${name}\\n`),
    );
    expect(stderr).toMatch(/^sshdrift: undelivered: \{"repo":"rsyslog","server":"lab",/m);
  });

  test.each([
    ['check', 'interrupted by'],
    // It takes no notice of signals: then the program does.
    ['probe', null],
  ])('while git says nothing, before any server was asked: %s', async (command, said) => {
    const repo = repository({ lab: serverEntry(sshd) });
    const told = join(repo.dir, 'told');
    execFileSync('mkfifo', [told]);
    repo.write({ 'bin/git': `#!/bin/sh\necho started >${told}\nexec sleep 20\n` });
    execFileSync('chmod', ['+x', join(repo.dir, 'bin/git')]);
    const started = once(createReadStream(told), 'data');
    const { code, stdout, stderr } = await sshdrift([command, '--ref', 'HEAD'], {
      cwd: repo.dir,
      env: { PATH: `${join(repo.dir, 'bin')}:${process.env.PATH}` },
      signal: { name, after: started },
    });
    expect([code, stdout, stderr]).toEqual([
      exit,
      '',
      said === null ? '' : `sshdrift: error: ${said} ${name}\nsshdrift: hint: No server was contacted.\n`,
    ]);
  });
});

const { test: testApart } = needsOwnEtc();
testApart.each(SIGNALS)('%s while a name server says nothing', async name => {
  // Port 53 of an address that is ours alone.
  const address = `127.${[0, 0, 0].map(() => 1 + Math.floor(Math.random() * 253)).join('.')}`;
  const silent = createSocket('udp4');
  silent.bind(53, address);
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const repo = repository({ lab: { ...serverEntry(sshd), host: 'relay-1.example.net' } });
  repo.write({ 'resolv.conf': `nameserver ${address}\noptions timeout:30\n` });
  const script = 'mount --bind resolv.conf /etc/resolv.conf && exec "$@"';
  const child = spawn(
    'unshare',
    ['-m', 'sh', '-c', script, 'sh', process.execPath, MAIN, 'check', '--ssh-config', 'none'],
    { cwd: repo.dir, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let stdout = '';
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  await once(silent, 'message');
  child.kill(name);
  // It dies of the signal, since exit(3) would wait for the name server: a shell sees 130 and 143 in either case.
  expect(await once(child, 'close')).toEqual([null, name]);
  expect(stdout).toContain(`run/interrupted: interrupted by ${name}`);
});
