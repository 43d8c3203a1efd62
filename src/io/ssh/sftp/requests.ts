// What we ask of an SFTP server: version 3 (draft-ietf-secsh-filexfer-02), the version that all servers speak. The
// requests that write are not in this table, so that nothing here can change a server. ssh2's own SFTP is not used:
// it takes names for UTF-8, which makes two names of one, and a server that grants packets of no bytes freezes it.

/** The requests there are, all of which only read. */
export const REQUEST = {
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

export const VERSION = 3;

/** The first packet of a session. */
export const initPacket = (): Buffer => packet(1, uint32(VERSION));

/** A request as it goes over the wire. */
export const requestPacket = (type: keyof typeof REQUEST, id: number, body: Buffer): Buffer =>
  packet(REQUEST[type], Buffer.concat([uint32(id), body]));

const packet = (type: number, payload: Buffer): Buffer =>
  Buffer.concat([uint32(payload.length + 1), Buffer.of(type), payload]);

/** Body of `open`: for reading, and without attributes for a file to be made. */
export const openBody = (path: Uint8Array): Buffer =>
  Buffer.concat([string(path), uint32(0x0000_0001), uint32(0)]);

/** Body of `read`; offset and length are bytes. */
export function readBody(handle: Uint8Array, offset: number, length: number): Buffer {
  const at = Buffer.alloc(8);
  at.writeBigUInt64BE(BigInt(offset));
  return Buffer.concat([string(handle), at, uint32(length)]);
}

/** OpenSSH's extension that names users and groups (its PROTOCOL file, section 4.10). */
export const NAMES_EXTENSION = 'users-groups-by-id@openssh.com';

/** Body of `extended` for {@link NAMES_EXTENSION}. */
export const namesBody = (users: readonly number[], groups: readonly number[]): Buffer =>
  Buffer.concat([
    string(Buffer.from(NAMES_EXTENSION)),
    string(Buffer.concat(users.map(uint32))),
    string(Buffer.concat(groups.map(uint32))),
  ]);

/** Bytes with their length before them, as every path and handle stands in a packet. */
export const string = (bytes: Uint8Array): Buffer => Buffer.concat([uint32(bytes.length), bytes]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
