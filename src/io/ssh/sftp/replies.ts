// What an SFTP server answers, read from bytes that nobody trusts: a packet is taken whole or not at all.

import type { RemoteAttributes } from '../../../engine/ports.ts';

export type Reply =
  | { readonly kind: 'status'; readonly code: number }
  | { readonly kind: 'handle'; readonly handle: Buffer }
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'attributes'; readonly attributes: RemoteAttributes }
  | { readonly kind: 'extended'; readonly fields: Fields };

/** The status codes that mean something to a reader. */
export const STATUS = { eof: 1, noSuchFile: 2, permissionDenied: 3 } as const;

/** A packet that breaks the protocol; caught where packets are received. */
export class Garbled extends Error {}

/** The fields of one packet, from front to back. */
export interface Fields {
  readonly uint32: () => number;
  readonly uint64: () => number;
  readonly string: () => Buffer;
  readonly isEmpty: () => boolean;
}

export function fieldsOf(packet: Buffer): Fields {
  let at = 0;
  const take = (length: number): Buffer => {
    if (length > packet.length - at) throw new Garbled('a packet is shorter than it says');
    at += length;
    return packet.subarray(at - length, at);
  };
  const uint32 = (): number => take(4).readUInt32BE();
  return {
    uint32,
    uint64: () => Number(take(8).readBigUInt64BE()),
    string: () => take(uint32()),
    isEmpty: () => at === packet.length,
  };
}

const HANDLE_LIMIT = 256;

const READ: Readonly<Record<number, (fields: Fields) => Reply>> = {
  101: fields => ({ kind: 'status', code: fields.uint32() }),
  102: fields => {
    const handle = fields.string();
    if (handle.length > HANDLE_LIMIT) throw new Garbled(`a handle of ${handle.length} bytes`);
    return { kind: 'handle', handle: Buffer.from(handle) };
  },
  103: fields => ({ kind: 'data', bytes: fields.string() }),
  104: fields => ({ kind: 'names', names: readNames(fields) }),
  105: fields => ({ kind: 'attributes', attributes: required(readAttributes(fields)) }),
  201: fields => ({ kind: 'extended', fields }),
};

/** Reads a reply; `fields` stand behind the request id. */
export function readReply(type: number, fields: Fields): Reply {
  const read = READ[type];
  if (!read) throw new Garbled(`a packet of type ${type}`);
  return read(fields);
}

/** The extensions that a server names in its first packet, with their versions. */
export function readExtensions(fields: Fields): ReadonlyMap<string, string> {
  const extensions = new Map<string, string>();
  while (!fields.isEmpty())
    extensions.set(fields.string().toString('latin1'), fields.string().toString('latin1'));
  return extensions;
}

function readNames(fields: Fields): readonly string[] {
  const names: string[] = [];
  for (let left = fields.uint32(); left > 0; left--) {
    const name = fields.string().toString('latin1');
    fields.string(); // the line that `ls -l` would print
    readAttributes(fields); // of a link itself, so of no use
    if (name === '' || /[/\0]/.test(name)) throw new Garbled('a name that no file can have');
    if (name !== '.' && name !== '..') names.push(name);
  }
  return names;
}

const FLAG = { size: 1, owner: 2, mode: 4, times: 8, extended: 0x8000_0000 } as const;

type Attributes = { readonly [K in keyof RemoteAttributes]: RemoteAttributes[K] | null };

function readAttributes(fields: Fields): Attributes {
  const flags = fields.uint32();
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const size = has(FLAG.size) ? fields.uint64() : null;
  const owner = has(FLAG.owner) ? { uid: fields.uint32(), gid: fields.uint32() } : null;
  const mode = has(FLAG.mode) ? fields.uint32() : null;
  const times = has(FLAG.times) ? { accessedAt: fields.uint32(), modifiedAt: fields.uint32() } : null;
  if (has(FLAG.extended)) {
    for (let left = fields.uint32(); left > 0; left--) {
      fields.string();
      fields.string();
    }
  }
  return { size, owner, mode, modifiedAt: times?.modifiedAt ?? null };
}

/** Without a type nothing can be said of a file, and no server leaves it out. */
function required({ size, mode, ...rest }: Attributes): RemoteAttributes {
  if (size === null || mode === null) throw new Garbled('attributes without size and type');
  return { ...rest, size, mode };
}
