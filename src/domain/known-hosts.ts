// known_hosts files, line by line: [@marker] hosts key-type base64-key [comment]. Anything that is not such a line is
// skipped, as OpenSSH does: it can then neither verify a server nor keep another line from doing so.

import { needsEscape } from './escape.ts';
import { certifiedKey, isPlainKey, keyType } from './host-key.ts';
import { type HostNames, parseHostNames, strictBase64 } from './host-pattern.ts';

/** What a line says about its key: it is the host's, it signs the host's certificates, it must not be trusted. */
export type Marker = 'none' | 'cert-authority' | 'revoked';

/** One valid line of a known_hosts file. */
export interface KnownHost {
  /** Path of the file, or another name for where the text came from. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly marker: Marker;
  readonly names: HostNames;
  /** As the key itself says; `ssh-rsa` where the line says rsa-sha2-512. */
  readonly keyType: string;
  readonly blob: Buffer;
}

const MARKERS: Readonly<Record<string, Marker>> = {
  '@cert-authority': 'cert-authority',
  '@revoked': 'revoked',
};

/** Names of signature algorithms that OpenSSH takes for the key type that they sign with. */
const SAME_TYPE: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'ssh-rsa', 'rsa-sha2-512': 'ssh-rsa' };

/** The valid lines of a known_hosts text, in order; comments, blank and bad lines are left out. */
export const parseKnownHosts = (file: string, text: string): readonly KnownHost[] =>
  text.split('\n').flatMap((line, index) => parseKnownHost(line, { file, line: index + 1 }) ?? []);

interface Fields {
  readonly marker: Marker;
  /** Hosts, type, key and what follows; never without hosts. */
  readonly fields: readonly string[];
}

/** Who a line speaks for, as it says it; null if there is nobody. Whether the line is valid remains to be seen. */
export const hostsOf = (text: string): string | null => fieldsOf(text)?.fields[0] ?? null;

function fieldsOf(text: string): Fields | null {
  // For OpenSSH a line ends at a NUL byte, too.
  const line = (text.split('\0', 1)[0] ?? '').replace(/^[ \t]+/, '');
  if (line.startsWith('#')) return null;
  const fields = line.split(/[ \t]+/);
  const marker = line.startsWith('@') ? MARKERS[fields.shift() ?? ''] : 'none';
  const [hosts = ''] = fields;
  return marker === undefined || hosts === '' || hosts.startsWith('@') ? null : { marker, fields };
}

/** One line, or null if it is none that counts. */
export function parseKnownHost(text: string, place: Pick<KnownHost, 'file' | 'line'>): KnownHost | null {
  const read = fieldsOf(text);
  if (read === null) return null;
  const { marker } = read;
  const [hosts = '', type = '', base64 = ''] = read.fields;
  const names = parseHostNames(hosts);
  // The carriage return of a CRLF file stands here if there is no comment.
  const blob = strictBase64(base64.replace(/[\r\v\f]/g, ''));
  if (names === null || blob === null || keyType(blob) !== (SAME_TYPE[type] ?? type)) return null;
  const certified = certifiedKey(blob);
  if (certified === null && !isPlainKey(blob)) return null;
  // Revoking a certificate revokes the key in it.
  const key = marker === 'revoked' && certified !== null ? certified : blob;
  return { ...place, marker, names, keyType: keyType(key), blob: key };
}

/** The line that makes a key known under a name, or null if the name cannot stand in a known_hosts file. */
export function knownHostsLine(name: string, blob: Buffer): string | null {
  const bare = /^\[([^\]]*)\]:\d+$/.exec(name)?.[1] ?? name;
  if (!/^[^\s@?*#[\]|'"\\,!]+$/.test(bare) || needsEscape(name)) return null;
  return `${name} ${keyType(blob)} ${blob.toString('base64')}`;
}
