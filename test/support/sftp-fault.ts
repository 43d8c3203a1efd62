// An SFTP server of a few files in memory, honest but for what a test makes of single requests.

import type { ServerChannel } from 'ssh2';

export interface FileInMemory {
  /** `st_mode`; default 0o100644. */
  readonly mode?: number;
  readonly content?: string;
  /** What stat says of its size; default the truth. */
  readonly size?: number;
}

/** One request of a client. */
export interface SftpRequest {
  readonly name: keyof typeof NUMBER;
  readonly id: number;
  /** The path, or the path that the handle stands for. */
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

export interface SftpFault {
  readonly files?: Readonly<Record<string, FileInMemory>>;
  /** Bytes instead of the honest first packet; empty for none. */
  readonly version?: Buffer;
  /** Bytes instead of the honest answer, empty for none; undefined is honest. */
  readonly lie?: (request: SftpRequest, channel: ServerChannel) => Buffer | undefined;
  /** Answers what has come in so far all this many milliseconds, as if the server were far away. */
  readonly batchMs?: number;
}

export interface SftpLog {
  readonly requests: SftpRequest[];
  /** Batches that were answered. */
  batches: number;
}

const NUMBER = {
  open: 3,
  close: 4,
  read: 5,
  lstat: 7,
  fstat: 8,
  opendir: 11,
  readdir: 12,
  stat: 17,
  extended: 200,
} as const;

export const u32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
};
export const text = (value: string | Buffer): Buffer =>
  Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(value as string)]);
export const packet = (type: number, ...payload: readonly Buffer[]): Buffer =>
  text(Buffer.concat([Buffer.of(type), ...payload]));

export const reply = {
  version: (version = 3): Buffer => packet(2, u32(version)),
  status: (id: number, code: number): Buffer => packet(101, u32(id, code), text('as asked'), text('')),
  handle: (id: number, handle: string): Buffer => packet(102, u32(id), text(handle)),
  data: (id: number, bytes: string | Buffer): Buffer => packet(103, u32(id), text(bytes)),
  names: (id: number, names: readonly string[]): Buffer =>
    packet(104, u32(id, names.length), ...names.flatMap(name => [text(name), text('ls'), u32(0)])),
  attributes: (id: number, { mode = 0o100644, content = '', size = content.length }: FileInMemory): Buffer =>
    packet(105, u32(id, 15, 0, size, 1000, 1000, mode, 1_776_000_000, 1_776_000_000)),
};

/** Serves one channel. */
export function serveSftp(channel: ServerChannel, fault: SftpFault): SftpLog {
  const log: SftpLog = { requests: [], batches: 0 };
  const files = fault.files ?? {};
  const listed = new Set<string>();
  let buffer = Buffer.alloc(0);
  let waiting: Buffer[] = [];

  const honest = ({ name, id, path, offset, length }: SftpRequest): Buffer => {
    const file = files[path];
    const inside = Object.keys(files).filter(other => other.startsWith(`${path}/`));
    const exists = file ?? (inside.length > 0 || path.endsWith('/.') ? { mode: 0o040755 } : undefined);
    if (name === 'close') return reply.status(id, 0);
    if (name === 'extended') return reply.status(id, 8);
    if (!exists) return reply.status(id, 2);
    if (name === 'open') return reply.handle(id, path);
    if (name === 'opendir') return reply.handle(id, path);
    if (name === 'readdir') {
      if (listed.has(path)) return reply.status(id, 1);
      listed.add(path);
      return reply.names(
        id,
        inside.map(other => other.slice(path.length + 1)),
      );
    }
    if (name !== 'read') return reply.attributes(id, exists);
    const bytes = (exists as FileInMemory).content?.slice(offset, offset + length) ?? '';
    return bytes === '' ? reply.status(id, 1) : reply.data(id, bytes);
  };

  const answer = (request: SftpRequest): Buffer => fault.lie?.(request, channel) ?? honest(request);
  const flush = (): void => {
    log.batches++;
    channel.write(Buffer.concat(waiting));
    waiting = [];
  };
  const receive = (body: Buffer): void => {
    const name = (Object.keys(NUMBER) as (keyof typeof NUMBER)[]).find(key => NUMBER[key] === body[0]);
    if (!name) {
      channel.write(fault.version ?? reply.version());
      return;
    }
    const length = body.readUInt32BE(5);
    const rest = body.subarray(9 + length);
    const request = {
      name,
      id: body.readUInt32BE(1),
      path: body.subarray(9, 9 + length).toString(),
      offset: name === 'read' ? Number(rest.readBigUInt64BE()) : 0,
      length: name === 'read' ? rest.readUInt32BE(8) : 0,
    };
    log.requests.push(request);
    const bytes = answer(request);
    if (fault.batchMs === undefined) channel.write(bytes);
    else {
      if (waiting.length === 0) setTimeout(flush, fault.batchMs);
      waiting.push(bytes);
    }
  };
  channel.on('error', () => {}); // the client may go at any time
  channel.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    while (buffer.length >= 4 && buffer.length >= 4 + buffer.readUInt32BE()) {
      const end = 4 + buffer.readUInt32BE();
      receive(buffer.subarray(4, end));
      buffer = buffer.subarray(end);
    }
  });
  return log;
}
