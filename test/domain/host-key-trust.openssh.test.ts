// The verdict against the real OpenSSH client: for the same known_hosts, server keys, host and port, `ssh` goes on to
// authentication exactly when the verdict is ok, and gives the same reason when it is not. sshd runs as ssh's proxy
// command, so that there are no ports and ssh believes in any host name and port.

import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  hostKeyAlgorithms,
  hostKeyNames,
  hostKeyTrust,
  hostKeyVerdict,
} from '../../src/domain/host-key-trust.ts';
import { matchesHostNames } from '../../src/domain/host-pattern.ts';
import { parseKnownHosts } from '../../src/domain/known-hosts.ts';
import { indexKnownHosts } from '../../src/domain/known-hosts-index.ts';
import { findProgram } from '../support/find-program.ts';
import {
  blobOf,
  type Case,
  EXCEPTIONS,
  type Exception,
  hashed,
  KEYS,
  type KeyName,
  type Keys,
  SAME,
} from '../support/known-hosts-cases.ts';
import { needs } from '../support/programs.ts';

const PROGRAMS = {
  ssh: findProgram('ssh') ?? 'ssh',
  sshd: findProgram('sshd') ?? 'sshd',
  keygen: findProgram('ssh-keygen') ?? 'ssh-keygen',
};
const { describe, test } = needs('ssh', 'sshd', 'ssh-keygen');
const skipped = ['ssh', 'sshd', 'ssh-keygen'].some(name => findProgram(name) === null);

let dir = '';
let keys = {} as Keys;

const run = (program: string, args: readonly string[]): Promise<{ out: string; err: string }> =>
  new Promise(resolve => {
    execFile(
      program,
      args,
      { timeout: 20_000, env: { PATH: process.env.PATH, SHELL: '/bin/sh' } },
      (_, out, err) => resolve({ out, err }),
    );
  });

async function makeKey(name: KeyName): Promise<readonly [KeyName, string]> {
  const made = await run(PROGRAMS.keygen, ['-q', '-N', '', '-C', '', '-f', join(dir, name), ...KEYS[name]]);
  if (made.err !== '') throw new Error(`ssh-keygen: ${made.err}`);
  return [name, (await readFile(join(dir, `${name}.pub`), 'utf8')).trim()];
}

beforeAll(async () => {
  if (skipped) return;
  // sshd run by root insists on it, and packages make it only when the service starts.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  dir = await mkdtemp(join(tmpdir(), 'openssh-'));
  keys = Object.fromEntries(await Promise.all((Object.keys(KEYS) as KeyName[]).map(makeKey))) as Keys;
  await run(PROGRAMS.keygen, [
    '-q',
    '-s',
    join(dir, 'ca'),
    '-I',
    'web',
    '-h',
    '-n',
    'web',
    join(dir, 'ed.pub'),
  ]);
}, 30_000);

afterAll(() => rm(dir, { recursive: true, force: true }));

let count = 0;

/** What OpenSSH makes of the case: `ok`, or its reason to refuse with the offending line. */
async function askOpenSsh(files: readonly string[], c: Case & Partial<Exception>): Promise<string> {
  const config = join(dir, `sshd-${++count}`);
  const hostKeys = (c.server ?? ['ed']).map(key => `HostKey ${join(dir, key)}`);
  if (c.certificate) hostKeys.push(`HostCertificate ${join(dir, 'ed-cert.pub')}`);
  await writeFile(config, `${hostKeys.join('\n')}\nUsePAM no\nPasswordAuthentication no\n`);
  const options = [
    'BatchMode=yes',
    `StrictHostKeyChecking=${c.policy ?? 'yes'}`,
    `UserKnownHostsFile=${files.join(' ')}`,
    'GlobalKnownHostsFile=none',
    'IdentityFile=none',
    'IdentityAgent=none',
    'KexAlgorithms=curve25519-sha256',
    'LogLevel=ERROR',
    `ProxyCommand=${PROGRAMS.sshd} -i -f ${config} -E ${config}.log`,
    ...(c.alias === undefined ? [] : [`HostKeyAlias=${c.alias}`]),
  ];
  const args = ['-F', 'none', ...options.flatMap(option => ['-o', option]), '-p', `${c.port ?? 22}`];
  const { err } = await run(PROGRAMS.ssh, [...args, `nobody@${c.host ?? 'web'}`, 'true']);
  // Authentication fails on purpose: getting there is the yes, whatever was warned of before.
  if (err.includes('Permission denied')) return 'ok';
  if (err.includes('REVOKED HOST KEY')) return 'revoked';
  if (err.includes('IDENTIFICATION HAS CHANGED'))
    return `mismatch ${/Offending \S+ key in (.*:\d+)/.exec(err)?.[1]}`;
  if (/No \S+ host key is known/.test(err)) return 'unknown';
  throw new Error(`ssh said: ${err}\nsshd said: ${await readFile(`${config}.log`, 'utf8').catch(() => '')}`);
}

/** What we make of it: the server presents the key of the first algorithm that it has. */
async function askOurselves(files: readonly string[], c: Case): Promise<string> {
  const address = { host: c.host ?? 'web', port: c.port ?? 22, alias: c.alias ?? null };
  const texts = await Promise.all(
    files.map(async file =>
      indexKnownHosts(file, await readFile(file, 'utf8')).linesFor(hostKeyNames(address)),
    ),
  );
  const trust = hostKeyTrust([], texts.flat(), address);
  const has = (c.server ?? ['ed']).map(name => keys[name]);
  const presented = hostKeyAlgorithms(trust)
    .map(algorithm => algorithm.replace(/^rsa-sha2-.*/, 'ssh-rsa'))
    .flatMap(type => has.find(key => key.startsWith(`${type} `)) ?? [])[0];
  const verdict = hostKeyVerdict(trust, Buffer.from(blobOf(presented ?? ''), 'base64'));
  return verdict.kind === 'mismatch' ? `mismatch ${verdict.entry}` : verdict.kind;
}

async function ask(c: Case): Promise<{ readonly openssh: string; readonly ours: string }> {
  const texts = [c.known(keys)].flat();
  const files = await Promise.all(
    texts.map(async text => {
      const file = join(dir, `known-${++count}`);
      await writeFile(file, text);
      return file;
    }),
  );
  // Before ssh, which may add to the file.
  const ours = await askOurselves(files, c);
  return { ours, openssh: await askOpenSsh(files, c) };
}

const kind = (verdict: string): string => verdict.split(' ')[0] ?? '';

describe('as OpenSSH', () => {
  test.concurrent.each(SAME.map(c => [c.name, c] as const))('%s', async (_, c) => {
    const { openssh, ours } = await ask(c);
    expect(kind(ours).replace('certificate-only', 'unknown')).toBe(kind(openssh));
  });

  test('a mismatch names the line that OpenSSH names', async () => {
    const { openssh, ours } = await ask({ name: '', known: k => `# one\ndb ${k.ed}\nweb ${k.ed2}\n` });
    expect(ours).toMatch(/^mismatch .*:3$/);
    expect(ours).toBe(openssh);
  });

  test.concurrent.each(EXCEPTIONS.map(c => [c.name, c.why, c] as const))(
    'not so: %s, because %s',
    async (_, __, c) => {
      const { openssh, ours } = await ask(c);
      expect({ openssh: kind(openssh), ours: kind(ours) }).toEqual({ openssh: c.openssh, ours: c.ours });
      expect(c.ours).not.toBe('ok');
    },
  );

  test('ssh-keygen -F finds the same lines for any patterns', async () => {
    const letters = (unit: readonly string[]) => fc.string({ unit: fc.constantFrom(...unit), maxLength: 5 });
    const name = fc
      .tuple(letters(['a', 'b', '.']), fc.constantFrom('a', 'b'), fc.boolean())
      .map(([rest, last, port]) => (port ? `[${rest}${last}]:2222` : `${rest}${last}`));
    const pattern = fc.oneof(
      fc
        .tuple(fc.constantFrom('', '', '', '!'), letters(['a', 'b', 'A', '*', '?', '.']))
        .map(([not, glob]) => not + glob),
      name,
      name.map(n => n.replace('2222', '*')),
    );
    const field = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.array(pattern, { minLength: 1, maxLength: 4 }).map(list => list.join(',')),
      },
      { weight: 1, arbitrary: name.map(n => hashed(n)) },
    );
    const file = join(dir, 'patterns');
    await fc.assert(
      fc.asyncProperty(
        name,
        fc.array(field.filter(Boolean), { minLength: 100, maxLength: 100 }),
        async (n, fields) => {
          const text = fields.map(f => `${f} ${keys.ed}\n`).join('');
          await writeFile(file, text);
          const { out } = await run(PROGRAMS.keygen, ['-F', n, '-f', file]);
          const theirs = [...out.matchAll(/^# Host .* found: line (\d+)/gm)].map(m => Number(m[1]));
          const ours = indexKnownHosts(file, text)
            .linesFor([n])
            .filter(line => matchesHostNames(line.names, n));
          expect(ours.map(line => line.line)).toEqual(theirs);
        },
      ),
      { numRuns: 40 },
    );
  }, 30_000);

  test('the file that ssh-keygen -H hashes says the same', async () => {
    const file = join(dir, 'to-hash');
    await writeFile(file, `web,192.0.2.1 ${keys.ed}\n[web]:2222 ${keys.rsa}\n*.example ${keys.ec}\n`);
    spawnSync(PROGRAMS.keygen, ['-H', '-f', file]);
    const text = await readFile(file, 'utf8');
    expect(text).toContain('|1|');
    const found = (host: string, port: number) =>
      hostKeyTrust([], parseKnownHosts(file, text), { host, port, alias: null }).lines.map(l => l.keyType);
    expect(found('web', 22)).toEqual(['ssh-ed25519']);
    expect(found('192.0.2.1', 22)).toEqual(['ssh-ed25519']);
    expect(found('web', 2222)).toEqual(['ssh-rsa']);
    expect(found('a.example', 22)).toEqual(['ecdsa-sha2-nistp256']);
  });
});
