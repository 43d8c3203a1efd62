// An SSH server for `sshdrift demo`: real SSH on a loopback port, for one key that exists for one run. Commands are run
// by this machine's /bin/sh, as the user who started the demo. Never used for anything but the demo.

import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Connection, ParsedKey, PublicKeyAuthContext, ServerChannel } from 'ssh2';
import { fingerprint } from '../domain/host-key.ts';

export interface DemoSshServer {
  readonly port: number;
  /** Fingerprint of its host key, `SHA256:…`. */
  readonly fingerprint: string;
  /** The only key that is let in. */
  readonly privateKey: string;
  /** Connections and commands so far. */
  readonly counts: () => { readonly connections: number; readonly commands: number };
  readonly close: () => Promise<void>;
}

export async function startDemoSshServer(): Promise<DemoSshServer> {
  const { default: ssh2 } = await import('ssh2');
  const { parseKey } = ssh2.utils;
  const [hostKey, clientKey] = [freshKey(), freshKey()];
  const allowed = parseKey(clientKey) as ParsedKey;
  /** ssh2 leaves checking the signature to us; the first request has none and only asks whether the key would do. */
  const isAllowed = ({ key, blob, signature, hashAlgo }: PublicKeyAuthContext): boolean =>
    key.data.equals(allowed.getPublicSSH()) &&
    (signature === undefined || (blob !== undefined && allowed.verify(blob, signature, hashAlgo) === true));
  const open = new Set<Connection>();
  let connections = 0;
  let commands = 0;

  const server = new ssh2.Server({ hostKeys: [hostKey] }, client => {
    connections++;
    open.add(client);
    client.on('error', () => undefined);
    client.on('close', () => open.delete(client));
    client.on('authentication', attempt => {
      if (attempt.method === 'publickey' && isAllowed(attempt)) attempt.accept();
      else attempt.reject(['publickey']);
    });
    client.on('session', accept =>
      accept().on('exec', (acceptExec, _reject, { command }) => {
        commands++;
        runCommand(acceptExec(), command);
      }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    fingerprint: fingerprint((parseKey(hostKey) as ParsedKey).getPublicSSH()),
    privateKey: clientKey,
    counts: () => ({ connections, commands }),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const client of open) client.end();
      }),
  };
}

/** A private key in PEM. Not from ssh2's own generator, of whose ed25519 keys about one in two hundred is malformed. */
const freshKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString();

function runCommand(channel: ServerChannel, command: string): void {
  const shell = spawn('/bin/sh', ['-c', command], {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  shell.stdout.pipe(channel, { end: false });
  shell.stderr.pipe(channel.stderr, { end: false });
  shell.on('error', () => {
    channel.exit(127);
    channel.end();
  });
  shell.on('close', code => {
    channel.exit(code ?? 1);
    channel.end();
  });
}
