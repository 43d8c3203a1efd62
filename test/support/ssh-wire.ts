// SSH as bytes, for servers that break its rules: packets before encryption, and messages that ssh2 would not send.

import type { Socket } from 'node:net';
import type { Connection } from 'ssh2';
import { text, u32 } from './sftp-fault.ts';

export const IDENT = 'SSH-2.0-OpenSSH_9.2\r\n';

/** Message numbers of RFC 4250 section 4.1.2. */
export const MESSAGE = {
  disconnect: 1,
  ignore: 2,
  debug: 4,
  extInfo: 7,
  kexinit: 20,
  authFailure: 51,
  authSuccess: 52,
  banner: 53,
  infoRequest: 60,
  globalRequest: 80,
  channelOpen: 90,
  windowAdjust: 93,
  channelData: 94,
  channelRequest: 98,
  channelSuccess: 99,
} as const;

export const message = (type: keyof typeof MESSAGE, ...fields: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.of(MESSAGE[type]), ...fields]);

export const flag = (yes: boolean): Buffer => Buffer.of(yes ? 1 : 0);

export const disconnect = (why: string, reason = 12): Buffer =>
  message('disconnect', u32(reason), text(why), text(''));

/** A packet before the keys are there (RFC 4253 section 6). */
export function clearPacket(payload: Buffer, padding = 4 + ((8 - ((payload.length + 9) % 8)) % 8)): Buffer {
  const head = Buffer.concat([u32(payload.length + padding + 1), Buffer.of(padding)]);
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

/** What a server offers; the rest is what everyone offers. */
export interface Offer {
  readonly kex?: string;
  readonly hostKey?: string;
  readonly cipher?: string;
  readonly mac?: string;
}

export function kexinit({
  kex = 'curve25519-sha256',
  hostKey = 'ssh-ed25519',
  cipher = 'aes128-ctr',
  mac = 'hmac-sha2-256',
}: Offer): Buffer {
  const lists = [kex, hostKey, cipher, cipher, mac, mac, 'none', 'none', '', ''];
  return message('kexinit', Buffer.alloc(16, 7), ...lists.map(text), flag(false), u32(0));
}

interface Sender {
  readonly _protocol: {
    readonly _cipher: {
      readonly allocPacket: (length: number) => Buffer;
      readonly encrypt: (packet: Buffer) => void;
    };
  };
}

/** Sends a message of ours in ssh2's name, encrypted if ssh2 encrypts by now. */
export function say(client: Connection, payload: Buffer): void {
  const { _cipher: cipher } = (client as unknown as Sender)._protocol;
  const packet = cipher.allocPacket(payload.length);
  packet.set(payload, 5);
  cipher.encrypt(packet);
}

const AT_ONCE = 256 * 1024;

/** Calls `send` as often as the client takes it, until the connection has ended. */
export function pour(socket: Socket, send: () => void): void {
  const go = (): void => {
    while (!socket.destroyed && socket.writable && socket.writableLength < AT_ONCE) send();
    if (!socket.destroyed && socket.writable) setImmediate(go);
  };
  go();
}

interface Talker {
  readonly _protocol: { _debug: ((line: string) => void) | undefined };
}

/** Hears the name of every message before ssh2 sends it: `KEXINIT`, `CHANNEL_DATA`. */
export function onSending(client: Connection, hear: (name: string) => void): void {
  (client as unknown as Talker)._protocol._debug = line => {
    const name = /^Outbound: Sending (\w+)/.exec(line)?.[1];
    if (name !== undefined) hear(name);
  };
}

/**
 * Lets all pass until ssh2 sends the named message (`ident` for the identification), and hands that to `then` in the
 * pieces in which it is written. Nothing is sent any more but what `then` writes with the function that it is given.
 */
export function breakAt(
  name: string,
  then: (socket: Socket, piece: Buffer, write: Socket['write']) => void,
): (client: Connection, socket: Socket) => void {
  return (client, socket) => {
    const write = socket.write.bind(socket) as Socket['write'];
    let broken = name === 'ident';
    onSending(client, sending => {
      broken ||= sending === name;
    });
    socket.write = ((piece: Buffer) => {
      if (!broken) return write(piece);
      then(socket, Buffer.from(piece), write);
      return true;
    }) as Socket['write'];
  };
}
