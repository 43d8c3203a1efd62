// What src/io/ssh/ssh2-internals.ts says of ssh2's private fields. If a test here fails after an update of ssh2, read
// its client.js and protocol/Protocol.js again before anything is changed.

import { readdirSync, readFileSync } from 'node:fs';
import ssh2, { type ClientChannel } from 'ssh2';
import SshClient from 'ssh2/lib/client.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import pkg from '../../../package.json' with { type: 'json' };
import {
  onChannelData,
  PAYLOAD_START,
  type Protocol,
  protocolOf,
  softwareOf,
  takesPackets,
} from '../../../src/io/ssh/ssh2-internals.ts';
import { type FaultServer, freshPrivateKey, startFaultServer } from '../../support/fault-server.ts';

let server: FaultServer;
let client: InstanceType<typeof ssh2.Client>;
let protocol: Protocol;
/** Taken in the middle of authentication, when the fields are used. */
let authenticating: {
  readonly kexinit: unknown;
  readonly sessionID: Buffer;
  readonly queue: readonly string[];
};

beforeAll(async () => {
  server = await startFaultServer({});
  client = new ssh2.Client();
  const key = freshPrivateKey();
  await new Promise<void>((resolve, reject) => {
    client.on('error', reject).on('ready', resolve);
    client.connect({
      host: server.host,
      port: server.port,
      username: 'root',
      hostVerifier: () => true,
      authHandler: (left, _partial, use) => {
        if (left !== null) return use(false as never);
        protocol = protocolOf(client);
        const { _kexinit: kexinit, _kex, _authsQueue: queue } = protocol;
        authenticating = { kexinit, sessionID: _kex.sessionID, queue: [...queue] };
        const parsed = ssh2.utils.parseKey(key);
        if (parsed instanceof Error || Array.isArray(parsed)) throw new Error('no key');
        return use({ type: 'publickey', username: 'root', key: parsed });
      },
    });
  });
});
afterAll(async () => {
  client.end();
  await server.stop();
});

test('package.json pins one version, and it is installed', () => {
  expect(pkg.dependencies.ssh2).toMatch(/^\d+\.\d+\.\d+$/);
  const installed = JSON.parse(
    readFileSync(new URL('../../../node_modules/ssh2/package.json', import.meta.url), 'utf8'),
  );
  expect(installed.version).toBe(pkg.dependencies.ssh2);
});

test('_kex.sessionID is the exchange hash, 32 bytes or more', () => {
  expect(Buffer.isBuffer(authenticating.sessionID)).toBe(true);
  expect(authenticating.sessionID.length).toBeGreaterThanOrEqual(32);
});

test('_kexinit is there, and undefined outside of a key exchange', () => {
  expect(authenticating.kexinit).toBeUndefined();
  expect('_kexinit' in protocol).toBe(true);
  expect('_queue' in protocol).toBe(true);
});

test('_authsQueue is empty before the first request', () => {
  expect(authenticating.queue).toEqual([]);
});

test('_cipher.allocPacket leaves room for a payload from byte 5 on', () => {
  const packet = protocol._cipher.allocPacket(10);
  // Length and padding are filled in: length = 1 + payload + padding.
  expect(packet.readUInt32BE(0)).toBe(1 + 10 + (packet[4] ?? 0));
  expect(packet.length).toBeGreaterThanOrEqual(PAYLOAD_START + 10 + (packet[4] ?? 0));
  expect(protocol._cipher.encrypt).toBeTypeOf('function');
});

test('authNone is what an attempt of type none calls', () => {
  expect(protocol.authNone).toBeTypeOf('function');
  const source = readFileSync(new URL('../../../node_modules/ssh2/lib/client.js', import.meta.url), 'utf8');
  expect(source).toMatch(/case 'none':\s+proto\.authNone\(username\);/);
});

test('_handlers are looked up by name whenever a message comes', () => {
  expect(protocol._handlers.USERAUTH_PK_OK).toBeTypeOf('function');
  expect(protocol._handlers.EXT_INFO).toBeTypeOf('function');
  expect(protocol._handlers.GLOBAL_REQUEST).toBeTypeOf('function');
  expect(protocol._handlers.DISCONNECT).toBeTypeOf('function');
  const source = readFileSync(
    new URL('../../../node_modules/ssh2/lib/protocol/handlers.misc.js', import.meta.url),
    'utf8',
  );
  expect(source).toContain('self._handlers.USERAUTH_PK_OK');
  expect(source).toContain('self._handlers.EXT_INFO');
  expect(source).toMatch(
    /handler = self\._handlers\.GLOBAL_REQUEST;\n.*\n\s+handler\(self, name, wantReply, data\);/,
  );
  expect(source).toContain("case 'hostkeys-00@openssh.com'");
  expect(source).toMatch(
    /handler = self\._handlers\.DISCONNECT;\n\s+handler && handler\(self, reason, desc\);/,
  );
});

test('ssh2/lib/client.js is the client of the index', () => {
  expect(SshClient).toBe(ssh2.Client);
});

test('_remoteVer is the software version of the server', () => {
  expect(softwareOf(client)).toMatch(/^ssh2js|^OpenSSH/);
});

test('_protocol is there from connect() on', () => {
  expect((client as unknown as { readonly _protocol: unknown })._protocol).toBe(protocol);
});

test('outgoing.packetSize is what the server takes', async () => {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec('true', (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  const { outgoing } = channel as unknown as { readonly outgoing: { packetSize: number } };
  expect(outgoing.packetSize).toBeGreaterThan(1024);
  expect(takesPackets(channel)).toBe(true);
  outgoing.packetSize = 0;
  expect(takesPackets(channel)).toBe(false);
});

test('CHANNEL_DATA and CHANNEL_EXTENDED_DATA bring every byte of a channel that there is, and name no other', async () => {
  let heard = 0;
  onChannelData(client, bytes => {
    heard += bytes;
  });
  await new Promise<void>((resolve, reject) => {
    client.exec('printf 12345; printf 123 >&2', (error, channel) => {
      if (error) return reject(error);
      channel.on('close', resolve).resume();
      channel.stderr.resume();
    });
  });
  expect(heard).toBe(8);
  protocol._handlers.CHANNEL_DATA(protocol, 99, Buffer.alloc(100));
  expect(heard).toBe(8);
});

const SRC = new URL('../../../src/', import.meta.url);
const source = (name: string): string => readFileSync(new URL(name, SRC), 'utf8');
const INTERNALS = 'io/ssh/ssh2-internals.ts';

test('every private field that is used anywhere is declared there, and has its test here', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
  const used = new Set(files.flatMap(name => source(name).match(/(?<=\.)_\w+/g) ?? []));
  const declared = source(INTERNALS);
  const tests = readFileSync(import.meta.filename, 'utf8');
  expect(used.size).toBeGreaterThan(5);
  for (const field of used) {
    expect(declared).toMatch(new RegExp(`\\b${field}\\b`));
    expect(tests.slice(0, tests.indexOf('const SRC'))).toMatch(new RegExp(`\\b${field}\\b`));
  }
});

test('nobody else looks into an object of ssh2', () => {
  const elsewhere = readdirSync(new URL('io/ssh', SRC), { recursive: true, encoding: 'utf8' })
    .map(name => `io/ssh/${name}`)
    .filter(name => name.endsWith('.ts') && name !== INTERNALS);
  const casts = elsewhere.flatMap(
    name =>
      source(name).match(/as unknown as [^;)]+|\['_\w+'\]|\.(?:outgoing|incoming)\b|\{ _\w+[^}]*\} = /g) ??
      [],
  );
  // `use(false)` ends the attempts; the types of ssh2 forgot it.
  expect(
    casts.filter(cast => cast !== 'as unknown as AnyAuthMethod' && !cast.startsWith('{ _handlers')),
  ).toEqual([]);
});
