// File names on Unix are bytes, not text. Inside sshdrift a remote path is a "binary string": one character from U+0000
// to U+00FF for every byte. It can be a map key, `<` sorts it in C order as rsyslog's glob(3) does, and no byte is lost.

import { decodeBytes, escapeText } from './escape.ts';

/** Absolute path on a server, one character per byte; never a path on this machine. */
export type RemotePath = string & { readonly __brand: 'RemotePath' };

/** A remote path from text such as the inventory's: its UTF-8 bytes. */
export const remotePath = (text: string): RemotePath => fromBytes(Buffer.from(text, 'utf8'));

/** A remote path from the bytes that a server or a directory listing gave. */
export const fromBytes = (bytes: Uint8Array): RemotePath =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') as RemotePath;

/** The bytes of a remote path (or of a name below the root). */
export const toBytes = (path: string): Buffer => Buffer.from(path, 'latin1');

/** The path as a person or a report may see it: UTF-8 where it is valid, everything else escaped as `\xNN`. */
export const showPath = (path: string): string => escapeText(decodeBytes(toBytes(path)));

/** True if {@link showPath} does not show the bytes one to one, so that a report has to carry them as base64 too. */
export const isOddPath = (path: string): boolean =>
  !Buffer.from(showPath(path), 'utf8').equals(toBytes(path));

/** C order, byte by byte: the order in which rsyslog loads files and in which every report lists them. */
export const byPath = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `rsyslog.d/30-lab.conf` for `/etc/rsyslog.d/30-lab.conf` below the root `/etc`; the whole path if it is not below. */
export function nameBelow(root: RemotePath, path: RemotePath): string {
  const prefix = root === '/' ? '/' : `${root}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}
