// The adapter against a real sshd, and against servers that misbehave at every stage.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFailure } from '../../../src/engine/ports.ts';
import { connectTo, fileText, type Reach, run } from '../../support/connecting.ts';
import { type FaultServer, freshPrivateKey, startFaultServer } from '../../support/fault-server.ts';
import { closedPort, listen, startTcpFault, type TcpFault } from '../../support/fault-tcp.ts';
import { needs } from '../../support/programs.ts';
import { type Sshd, type SshdOptions, startSshd } from '../../support/sshd.ts';

/** Throw-away key; the servers that misbehave accept any. */
const KEY = freshPrivateKey();

const real = needs('sshd', 'ssh-keygen');

let sshd: Sshd;
const reach = (server: Sshd = sshd): Reach => ({
  host: server.host,
  port: server.port,
  user: server.user,
  knownHosts: server.knownHosts,
  identityFile: server.identityFile,
});

real.describe('a real sshd', () => {
  beforeAll(async () => {
    sshd = await startSshd({ hostKeys: ['ed25519', 'ecdsa', 'rsa'] });
  });
  afterAll(() => sshd.stop());

  test.each([
    ['prints and exits 0', 'echo out', 'out\n0'],
    ['exits with its own code', 'exit 44', '44'],
    ['writes to stderr', 'echo err >&2; exit 3', 'err\n3'],
    ['closes its output long before it ends', 'exec >&- 2>&-; sleep 0.2; exit 5', '5'],
    ['reads from a stdin that is empty', 'cat; echo end', 'end\n0'],
    [
      'prints a lot',
      'head -c 500000 /dev/zero | wc -c; head -c 300000 /dev/zero | tr "\\0" x | wc -c',
      '500000\n300000\n0',
    ],
  ])('a command that %s', async (_, command, expected) => {
    expect(await run(reach(), command)).toBe(expected);
  });

  test('is not made to prove its host keys, only told that they came', async () => {
    const server = await startSshd({ hostKeys: ['ed25519', 'ecdsa', 'rsa'], config: ['LogLevel DEBUG3'] });
    expect(await run(reach(server), 'echo out')).toContain('out\n');
    await server.idle();
    const log = server.log();
    await server.stop();
    // SSH_MSG_IGNORE is message 2.
    expect(log).toMatch(/notify_hostkeys: sent 3 hostkeys/);
    expect(log).toMatch(/receive packet: type 2\b/);
    expect(log).not.toContain('hostkeys-prove');
  });

  test('several commands over one connection', async () => {
    const before = sshd.connections();
    const connection = await connectTo(reach());
    if (isFailure(connection)) throw new Error(connection.code);
    for (const n of [1, 2, 3])
      expect(await connection.exec(`echo ${n}`, 100)).toMatchObject({ stdout: Buffer.from(`${n}\n`) });
    connection.close();
    connection.close();
    await sshd.idle();
    expect(sshd.connections() - before).toBe(1);
  });

  test.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    'only the %s host key is known: that one is negotiated',
    async type => {
      const { line } = knownLine(sshd, type);
      expect(await run({ ...reach(), knownHosts: line }, 'true')).toBe('0');
    },
  );

  test('a pinned fingerprint is enough, and the only thing that counts', async () => {
    const { knownHosts: _, ...rest } = reach();
    expect(await run({ ...rest, hostKeys: [sshd.fingerprint] }, 'true')).toBe('0');
    expect(await run({ ...reach(), hostKeys: [`SHA256:${'A'.repeat(43)}`] }, 'true')).toBe(
      'ssh/host-key-mismatch',
    );
  });

  test.each<[string, string, string]>([
    ['an empty known_hosts', '', 'ssh/host-key-unknown'],
    ['another key for the name', 'OTHER', 'ssh/host-key-mismatch'],
    ['the key revoked', 'REVOKED', 'ssh/host-key-revoked'],
    ['a certificate authority only', 'CA', 'ssh/host-certificate-only'],
  ])('%s is refused before any key of ours is shown', async (_, kind, code) => {
    const { name, key } = knownLine(sshd, 'ed25519');
    const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx2lSZmDqM4UeJ1WGFYTBf0H9b3RZ1Zf4UQq3XqQ3Qp';
    const lines: Readonly<Record<string, string>> = {
      '': '# nobody\n',
      OTHER: `${name} ${other}\n`,
      REVOKED: `${name} ${key}\n@revoked ${name} ${key}\n`,
      CA: `@cert-authority ${name} ${key}\n`,
    };
    const before = sshd.log().length;
    expect(await run({ ...reach(), knownHosts: lines[kind] ?? '' }, 'true')).toBe(code);
    await sshd.idle();
    expect(sshd.log().slice(before)).not.toMatch(/publickey/);
  });

  test('accept-new learns an unknown key once, and then holds the server to it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sshdrift-accept-'));
    const file = join(dir, 'known_hosts');
    const { knownHosts: _, ...rest } = reach();
    const accept: Reach = { ...rest, hostKeyPolicy: 'accept-new', knownHostsFiles: [file] };
    expect(await run(accept, 'true')).toBe('0');
    const learnt = readFileSync(file, 'utf8');
    expect(learnt.split('\n').length).toBe(2);
    expect(await run({ ...accept, hostKeyPolicy: 'yes' }, 'true')).toBe('0');
    expect(readFileSync(file, 'utf8')).toBe(learnt);
    rmSync(dir, { recursive: true });
  });

  test('a key that is not authorised: what was offered is named', async () => {
    const { identityFile: _, ...rest } = reach();
    const failure = await connectTo({ ...rest, privateKey: KEY });
    expect(failure).toEqual({
      code: 'ssh/auth-refused',
      host: sshd.host,
      port: sshd.port,
      user: sshd.user,
      offered: ['SSH_PRIVATE_KEY'],
      methods: ['publickey'],
      untried: 0,
      notes: [],
    });
  });

  test('the key may come from SSH_PRIVATE_KEY, with line ends of Windows', async () => {
    const { identityFile, ...rest } = reach();
    const privateKey = fileText(identityFile ?? '')
      .replaceAll('\n', '\r\n')
      .trim();
    expect(await run({ ...rest, privateKey }, 'true')).toBe('0');
  });

  test.each<[string, Partial<Reach>, string]>([
    ['no key at all', {}, 'ssh/key-unusable'],
    ['a file that is not there', { identityFile: '/nonexistent/key' }, 'ssh/key-unusable'],
    ['a file that is no key', { identityFile: '/etc/hostname' }, 'ssh/key-unusable'],
    [
      'a public key',
      { privateKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx2lSZmDqM4UeJ1WGFYTBf0H9b3RZ1Zf4UQq3XqQ3Qp' },
      'ssh/key-unusable',
    ],
  ])('%s', async (_, key, code) => {
    const { identityFile, ...rest } = reach();
    expect(await run({ ...rest, ...key }, 'true')).toBe(code);
  });
});

/** The known_hosts line of one host key, and its parts. */
function knownLine(
  server: Sshd,
  type: string,
): { readonly line: string; readonly name: string; readonly key: string } {
  const line =
    server.knownHosts.split('\n').find(text => text.includes(type === 'rsa' ? 'ssh-rsa' : type)) ?? '';
  const [name = '', ...key] = line.split(' ');
  return { line: `${line}\n`, name, key: key.slice(0, 2).join(' ') };
}

real.describe('a real sshd set up otherwise', () => {
  const withServer = async (options: SshdOptions, use: (server: Sshd) => Promise<void>): Promise<void> => {
    const server = await startSshd(options);
    try {
      await use(server);
    } finally {
      await server.stop();
    }
  };

  test('an encrypted key needs its passphrase', () =>
    withServer({ passphrase: 'open sesame' }, async server => {
      expect(await run({ ...reach(server), passphrase: 'open sesame' }, 'true')).toBe('0');
      expect(await connectTo(reach(server))).toMatchObject({ code: 'ssh/passphrase-needed', wrong: false });
      expect(await connectTo({ ...reach(server), passphrase: 'x' })).toMatchObject({
        code: 'ssh/passphrase-needed',
        wrong: true,
      });
    }));

  test.each(['rsa', 'ecdsa'] as const)('an %s client key', clientKey =>
    withServer({ clientKey }, async server => {
      expect(await run(reach(server), 'true')).toBe('0');
    }),
  );

  test.each([
    ['RekeyLimit 16K', '100000\n0'],
    ['KexAlgorithms sntrup761x25519-sha512@openssh.com', 'ssh/no-common-algorithm'],
    ['MaxSessions 0', 'ssh/channel-refused'],
    ['ForceCommand echo forced', 'forced\n0'],
    ['MaxAuthTries 1', '100000\n0'],
  ])('%s', (line, expected) =>
    withServer({ config: [line] }, async server => {
      const answer = await run(reach(server), 'head -c 100000 /dev/zero | tee /dev/stderr | wc -c');
      expect(answer.replace(/\0+/, '')).toBe(expected);
    }),
  );
});

describe('a port where something is wrong', () => {
  const codeOf = async (reached: Reach): Promise<unknown> => {
    const failure = await connectTo({ ...reached, privateKey: KEY, knownHosts: '' });
    return isFailure(failure) ? failure.code : 'connected';
  };
  const timeouts = { timeoutMs: 300 };

  test('nobody listens', async () => {
    expect(await codeOf({ host: '127.0.0.1', port: await closedPort() })).toBe('ssh/refused');
  });

  test('the name does not resolve', async () => {
    expect(await codeOf({ host: 'does-not-exist.invalid', port: 22 })).toBe('ssh/dns');
  });

  test.each<[TcpFault, string]>([
    ['silent', 'ssh/timeout'],
    ['closes', 'ssh/closed-early'],
    ['resets', 'ssh/closed-early'],
    ['http', 'ssh/not-ssh'],
    ['stalls-after-ident', 'ssh/timeout'],
    ['closes-in-handshake', 'ssh/closed-early'],
  ])('%s', async (fault, code) => {
    const server = await startTcpFault(fault);
    expect(await codeOf({ host: server.host, port: server.port, ...timeouts })).toBe(code);
    await server.stop();
  });

  test('sshd is over MaxStartups: what it says is passed on', async () => {
    const server = await listen(socket => socket.end('Exceeded MaxStartups\r\n'));
    const failure = await connectTo({
      host: server.host,
      port: server.port,
      privateKey: KEY,
      knownHosts: '',
    });
    expect(failure).toMatchObject({ code: 'ssh/closed-early', detail: 'Exceeded MaxStartups' });
    await server.stop();
  });

  test('an outer signal ends it at once', async () => {
    const server = await startTcpFault('silent');
    const abort = new AbortController();
    const failure = connectTo({
      host: server.host,
      port: server.port,
      privateKey: KEY,
      knownHosts: '',
      signal: abort.signal,
    });
    setImmediate(() => abort.abort());
    expect(await failure).toMatchObject({ code: 'ssh/interrupted' });
    await server.stop();
  });
});

describe('a server that speaks SSH and misbehaves', () => {
  let server: FaultServer;
  const faulty = (timeoutMs = 10_000): Reach => ({
    host: server.host,
    port: server.port,
    knownHosts: server.knownHosts,
    privateKey: KEY,
    timeoutMs,
  });
  const withFault = async (
    options: Parameters<typeof startFaultServer>[0],
    use: () => Promise<void>,
  ): Promise<void> => {
    server = await startFaultServer(options);
    try {
      await use();
    } finally {
      await server.stop();
    }
  };

  test.each<[string, Parameters<typeof startFaultServer>[0], string]>([
    ['refuses every key', { auth: 'refuse' }, 'ssh/auth-refused'],
    ['opens no session', { session: 'refuse' }, 'ssh/channel-refused'],
    ['runs no command', { exec: () => ({ do: 'refuse' }) }, 'ssh/exec-refused'],
    ['ends by a signal', { exec: () => ({ do: 'signal', signal: 'KILL' }) }, 'probe/killed'],
    ['gives no exit status', { exec: () => ({ do: 'close', stdout: 'x' }) }, 'ssh/interrupted'],
    ['cuts the line with FIN', { exec: () => ({ do: 'cut', by: 'fin', stdout: 'x' }) }, 'ssh/interrupted'],
    ['cuts the line with RST', { exec: () => ({ do: 'cut', by: 'rst', stdout: 'x' }) }, 'ssh/interrupted'],
    ['floods stdout', { exec: () => ({ do: 'flood', stream: 'stdout' }) }, 'probe/too-large'],
    ['floods stderr', { exec: () => ({ do: 'flood', stream: 'stderr' }) }, 'probe/too-large'],
  ])('%s', async (_, options, code) =>
    withFault(options, async () => {
      expect(await run(faulty(), 'true')).toBe(code);
    }),
  );

  test.each<[string, Parameters<typeof startFaultServer>[0]]>([
    ['never opens a session', { session: 'ignore' }],
    ['never replies to the command', { exec: () => ({ do: 'ignore' }) }],
    ['starts and stalls', { exec: () => ({ do: 'hang', stdout: 'x' }) }],
  ])('%s: the deadline ends it', async (_, options) =>
    withFault(options, async () => {
      expect(await run(faulty(400), 'true')).toBe('ssh/timeout');
    }),
  );

  test('its promise-like consent is no consent: the verifier answers true or false', async () => {
    await withFault({}, async () => {
      const { knownHosts: _, ...rest } = faulty();
      expect(await run({ ...rest, knownHosts: '' }, 'true')).toBe('ssh/host-key-unknown');
    });
  });
});
