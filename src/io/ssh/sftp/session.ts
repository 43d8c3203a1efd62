// One SFTP session: every packet that comes in answers a request that is on the way, or the connection ends. So a server
// cannot send more than it was asked for, and memory is bounded by what is asked for at once.

import type { Client, ClientChannel } from 'ssh2';
import type { Lifeline } from '../lifeline.ts';
import { takesPackets } from '../ssh2-internals.ts';
import { createPacketReader } from './packets.ts';
import { fieldsOf, Garbled, type Reply, readExtensions, readReply } from './replies.ts';
import { initPacket, type REQUEST, requestPacket, VERSION } from './requests.ts';

export interface SftpSession {
  /** Named by the server, with their versions. */
  readonly extensions: ReadonlyMap<string, string>;
  /** Sends a request; its reply must be a status or of this kind. Never resolves once the connection has ended. */
  readonly request: <K extends Reply['kind']>(
    type: keyof typeof REQUEST,
    body: Buffer,
    kind: K,
  ) => Promise<Extract<Reply, { kind: K | 'status' }>>;
  /** Ends the connection, because the server broke the protocol. */
  readonly garbled: (detail: string) => void;
  /** Counts memory that the server makes us keep, and ends the connection at {@link KEPT_LIMIT}. */
  readonly keep: (bytes: number) => void;
}

export interface SftpConnection {
  readonly host: string;
  readonly lifeline: Lifeline;
}

/** Bytes of names that a session may make us keep, some ten thousand. */
const KEPT_LIMIT = 16 * 1024 * 1024;
const STDERR_LIMIT = 1024 * 1024;

/** Opens a session; null if the server offers none. */
export async function openSession(client: Client, about: SftpConnection): Promise<SftpSession | null> {
  const channel = await openChannel(client);
  return channel && begin(channel, about);
}

function openChannel(client: Client): Promise<ClientChannel | null> {
  return new Promise(resolve => {
    try {
      // On a lost connection ssh2 calls back with an error, too; then its end is told elsewhere, and first.
      client.subsys('sftp', (error, channel) =>
        error ? void setImmediate(() => resolve(null)) : resolve(channel),
      );
    } catch {
      setImmediate(() => resolve(null));
    }
  });
}

type Waiting = { readonly kind: Reply['kind']; readonly resolve: (reply: Reply) => void };

function begin(channel: ClientChannel, { host, lifeline }: SftpConnection): Promise<SftpSession | null> {
  const waiting = new Map<number, Waiting>();
  let id = 0;
  let kept = 0;
  let complaints = 0;
  const garbled = (detail: string): void => lifeline.end({ code: 'ssh/sftp-garbled', host, detail });

  return new Promise(resolve => {
    let session: SftpSession | null = null;
    const receive = (packet: Buffer): void => {
      const type = packet[0] as number;
      const fields = fieldsOf(packet.subarray(1));
      if (!session) {
        if (type !== 2) throw new Garbled(`a first packet of type ${type}`);
        const version = fields.uint32();
        if (version !== VERSION) throw new Garbled(`version ${version} instead of ${VERSION}`);
        session = { extensions: readExtensions(fields), request, garbled, keep };
        resolve(session);
        return;
      }
      const answered = fields.uint32();
      const asked = waiting.get(answered);
      if (!asked) throw new Garbled('an answer that nobody asked for');
      waiting.delete(answered);
      const reply = readReply(type, fields);
      if (reply.kind !== 'status' && reply.kind !== asked.kind)
        throw new Garbled(`${reply.kind} instead of ${asked.kind}`);
      asked.resolve(reply);
    };
    const request: SftpSession['request'] = (type, body, kind) =>
      new Promise(settle => {
        id = (id + 1) >>> 0;
        // The reader above has checked the kind.
        waiting.set(id, { kind, resolve: settle as Waiting['resolve'] });
        if (!lifeline.isOver() && channel.writable) channel.write(requestPacket(type, id, body));
      });
    const keep = (bytes: number): void => {
      kept += bytes;
      if (kept > KEPT_LIMIT) lifeline.end({ code: 'probe/too-large', host, limit: KEPT_LIMIT });
    };
    const closed = (): void => {
      // The connection's own end, if that is the cause, is told to the lifeline a moment later.
      setImmediate(() => {
        if (session) lifeline.end({ code: 'ssh/interrupted', host, detail: 'the SFTP server ended' });
        else resolve(null);
      });
    };
    const read = createPacketReader(receive);
    channel.on('data', (chunk: Buffer) => {
      if (lifeline.isOver()) return;
      try {
        read(chunk);
      } catch (error) {
        if (!(error instanceof Garbled)) throw error;
        garbled(error.message);
      }
    });
    channel.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.length;
      if (complaints > STDERR_LIMIT) garbled('a flood of error messages');
    });
    channel.on('error', closed);
    channel.on('close', closed);
    if (takesPackets(channel)) channel.write(initPacket());
    else garbled('its channel takes packets of no bytes');
  });
}
