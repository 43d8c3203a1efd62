// The private fields of ssh2 that we need, in one place. They are those of the version that
// package.json pins; test/io/ssh/ssh2-internals.test.ts holds every one of them to what is said here.

import type { Client, ClientChannel } from 'ssh2';

/** `client._protocol` from `connect()` on. */
export interface Protocol {
  /** Called for an attempt of type `none`; replaced by requests of ours. */
  authNone: (username: string) => void;
  /** The session identifier of RFC 4253 section 7.2, from the first key exchange on. */
  readonly _kex: { readonly sessionID: Buffer };
  /** Undefined unless a key exchange is going on. */
  readonly _kexinit: unknown;
  /** Payloads that wait for the end of a key exchange. */
  _queue: Buffer[] | undefined;
  /** Methods of the requests that are not answered yet; says what message 60 means. */
  readonly _authsQueue: string[];
  readonly _cipher: {
    /** A packet for a payload of so many bytes, which begins at byte 5. */
    readonly allocPacket: (length: number) => Buffer;
    /** Encrypts and sends. */
    readonly encrypt: (packet: Buffer) => void;
  };
  readonly _handlers: {
    /** The server would take the key (message 60 after `publickey`). */
    USERAUTH_PK_OK: (protocol: unknown) => void;
    CHANNEL_DATA: DataHandler;
    CHANNEL_EXTENDED_DATA: DataHandler;
    EXT_INFO: (
      protocol: unknown,
      extensions: readonly { readonly name: string; readonly algs?: readonly string[] }[],
    ) => void;
    /** The server ends the connection; ssh2 passes `description` over where the reason is 11. */
    DISCONNECT: (protocol: unknown, reason: number, description: string) => void;
    GLOBAL_REQUEST: (protocol: unknown, name: string, wantReply: boolean, data: unknown) => void;
  };
}

type DataHandler = (protocol: unknown, channel: number, data: Buffer, type?: number) => void;

/** Where the payload of a packet begins: after its length and the length of its padding. */
export const PAYLOAD_START = 5;

/** Throws if a field is missing: then ssh2 is another version than the one that was tested. */
export function protocolOf(client: Client): Protocol {
  const { _protocol: protocol } = client as unknown as { readonly _protocol: Protocol };
  const fields: readonly unknown[] = [
    protocol?.authNone,
    protocol?._authsQueue,
    protocol?._cipher?.allocPacket,
    protocol?._cipher?.encrypt,
    protocol?._handlers?.USERAUTH_PK_OK,
    protocol?._handlers?.EXT_INFO,
    protocol?._handlers?.DISCONNECT,
    protocol?._handlers?.GLOBAL_REQUEST,
    protocol?._handlers?.CHANNEL_DATA,
    protocol?._handlers?.CHANNEL_EXTENDED_DATA,
  ];
  if (fields.includes(undefined))
    throw new Error('this version of ssh2 is not the one that package.json pins');
  return protocol;
}

/** The server's software version, `OpenSSH_9.2p1`; empty until it has identified itself. */
export const softwareOf = (client: Client): string =>
  String((client as unknown as { readonly _remoteVer: unknown })._remoteVer ?? '');

/** False if writing would be a loop without end: the server takes packets of 0 bytes only (mscdex/ssh2#1504). */
export const takesPackets = (channel: ClientChannel): boolean =>
  (channel as unknown as { readonly outgoing: { readonly packetSize: number } }).outgoing.packetSize >= 1;

/** Sends a payload as it is, or after the key exchange that is going on. */
export function sendPayload(protocol: Protocol, payload: Buffer): void {
  if (protocol._kexinit !== undefined) {
    protocol._queue ??= [];
    protocol._queue.push(payload);
    return;
  }
  const packet = protocol._cipher.allocPacket(payload.length);
  packet.set(payload, PAYLOAD_START);
  protocol._cipher.encrypt(packet);
}

/** Hears how many bytes of data each message brings for a channel that there is. */
export function onChannelData(client: Client, hear: (bytes: number) => void): void {
  const { _handlers: handlers } = protocolOf(client);
  const { _chanMgr: channels } = client as unknown as {
    readonly _chanMgr: { readonly get: (channel: number) => unknown };
  };
  for (const name of ['CHANNEL_DATA', 'CHANNEL_EXTENDED_DATA'] as const) {
    const handle = handlers[name];
    handlers[name] = (protocol, channel, data, type) => {
      // A function stands for a channel that is being opened.
      if (typeof channels.get(channel) === 'object') hear(data.length);
      handle(protocol, channel, data, type);
    };
  }
}

/** Hears why the server ends the connection, before ssh2 does: RFC 4253 section 11.1. */
export function onDisconnect(client: Client, hear: (reason: number, description: string) => void): void {
  const { _handlers: handlers } = protocolOf(client);
  const handle = handlers.DISCONNECT;
  handlers.DISCONNECT = (protocol, reason, description) => {
    hear(reason, description);
    handle(protocol, reason, description);
  };
}
