// What known_hosts may say about a server, for a comparison with the real OpenSSH client. The cases follow OpenSSH's own
// regression tests (hostkeys, match, keygen-knownhosts, hostkey-rotate, cert-hostkey) with data of our own.

import { createHmac } from 'node:crypto';
import { wire } from './wire-key.ts';

/** `ssh-keygen` arguments of the keys that the cases speak of; a server has some, known_hosts the same or others. */
export const KEYS = {
  ed: ['-t', 'ed25519'],
  ed2: ['-t', 'ed25519'],
  rsa: ['-t', 'rsa', '-b', '1024'],
  rsa2: ['-t', 'rsa', '-b', '1024'],
  ec: ['-t', 'ecdsa', '-b', '256'],
  ec2: ['-t', 'ecdsa', '-b', '256'],
  ec384: ['-t', 'ecdsa', '-b', '384'],
  ca: ['-t', 'ed25519'],
} as const;

export type KeyName = keyof typeof KEYS;
/** Type and base64 of each key. */
export type Keys = Readonly<Record<KeyName, string>>;

/** One known_hosts and one server. */
export interface Case {
  readonly name: string;
  /** known_hosts, or several of them. */
  readonly known: (k: Keys) => string | readonly string[];
  /** The server's host keys; `ed` alone if not said. */
  readonly server?: readonly KeyName[];
  /** `web`, port 22 and no alias if not said. */
  readonly host?: string;
  readonly port?: number;
  readonly alias?: string;
}

/** A name as ssh-keygen -H writes it. */
export const hashed = (name: string, salt = Buffer.alloc(20, 77)): string =>
  `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;

/** The base64 of a key. */
export const blobOf = (key: string): string => key.split(' ')[1] ?? '';

/** Where the verdict must be OpenSSH's. */
export const SAME: readonly Case[] = [
  { name: 'no lines', known: () => '' },
  { name: 'only comments and blanks', known: k => `# web ${k.ed}\n\n  \n` },
  { name: 'its line', known: k => `web ${k.ed}\n` },
  { name: 'its line without a final newline', known: k => `web ${k.ed}` },
  { name: 'blanks and tabs', known: k => ` \tweb \t ${k.ed.replace(' ', '\t')}\tcomment` },
  { name: 'CRLF', known: k => `# first\r\nweb ${k.ed}\r\n` },
  { name: 'CRLF behind a comment', known: k => `web ${k.ed} me\r\n` },
  { name: 'a NUL byte behind the key', known: k => `web ${k.ed}\0junk\n` },
  { name: 'a NUL byte in the key', known: k => `web ${k.ed.slice(0, -4)}\0${k.ed.slice(-4)}\n` },
  { name: 'a byte order mark', known: k => `\ufeffweb ${k.ed}\n` },
  { name: 'another host', known: k => `db ${k.ed}\n` },
  { name: 'another key', known: k => `web ${k.ed2}\n` },
  { name: 'another key first, its key second', known: k => `web ${k.ed2}\nweb ${k.ed}\n` },
  { name: 'a key of a type that the server does not have', known: k => `web ${k.rsa}\n` },
  { name: 'upper-case host', known: k => `web ${k.ed}\n`, host: 'WEB' },
  { name: 'upper-case line', known: k => `Web ${k.ed}\n` },
  { name: 'a list of names', known: k => `db,web,192.0.2.1 ${k.ed}\n` },
  { name: 'a list with blanks', known: k => `db, web ${k.ed}\n` },
  { name: 'wildcards', known: k => `w*,192.0.2.? ${k.ed}\n` },
  { name: 'question mark', known: k => `we? ${k.ed}\n` },
  { name: 'a bracket expression means nothing', known: k => `we[ab] ${k.ed}\n` },
  { name: 'a wildcard that does not match', known: k => `*.example.net ${k.ed}\n` },
  { name: 'negation behind', known: k => `*,!web ${k.ed}\n` },
  { name: 'negation in front', known: k => `!web,* ${k.ed}\n` },
  { name: 'negation of another', known: k => `!db,* ${k.ed}\n` },
  { name: 'negation alone', known: k => `!db ${k.ed}\n` },
  { name: 'negation takes out one line only', known: k => `*,!web ${k.ed2}\nweb ${k.ed}\n` },
  { name: 'an over-long pattern spoils its list', known: k => `web,${'x'.repeat(1023)} ${k.ed}\n` },
  { name: 'the longest pattern does not', known: k => `web,${'x'.repeat(1022)} ${k.ed}\n` },
  { name: 'hashed', known: k => `${hashed('web')} ${k.ed}\n` },
  { name: 'hashed, host in upper case', known: k => `${hashed('web')} ${k.ed}\n`, host: 'Web' },
  { name: 'hashed in upper case', known: k => `${hashed('Web')} ${k.ed}\n`, host: 'Web' },
  { name: 'hashed, another key', known: k => `${hashed('web')} ${k.ed2}\n` },
  { name: 'a hash in a list', known: k => `${hashed('db')},web ${k.ed}\n` },
  { name: 'a hash with a short salt', known: k => `${hashed('web', Buffer.alloc(19))} ${k.ed}\n` },
  { name: 'a hash of another kind', known: k => `${hashed('web').replace('|1|', '|2|')} ${k.ed}\n` },
  { name: 'revoked', known: k => `web ${k.ed}\n@revoked web ${k.ed}\n` },
  { name: 'revoked by a wildcard, first', known: k => `@revoked * ${k.ed}\nweb ${k.ed}\n` },
  { name: 'revoked alone', known: k => `@revoked * ${k.ed}\n` },
  { name: 'revoked for another host', known: k => `web ${k.ed}\n@revoked db ${k.ed}\n` },
  { name: 'another key revoked', known: k => `web ${k.ed}\n@revoked web ${k.ed2}\n` },
  { name: 'revoked and another key known', known: k => `web ${k.ed2}\n@revoked web ${k.ed}\n` },
  { name: 'revoked in the second file', known: k => [`web ${k.ed}\n`, `@revoked * ${k.ed}\n`] },
  { name: 'a revoked RSA key of two known', known: k => `web ${k.rsa}\n@revoked * ${k.rsa}\nweb ${k.ed}\n` },
  { name: 'an authority with the very key', known: k => `@cert-authority web ${k.ed}\n` },
  { name: 'an authority beside its line', known: k => `@cert-authority * ${k.ca}\nweb ${k.ed}\n` },
  { name: 'an authority beside another key', known: k => `@cert-authority * ${k.ca}\nweb ${k.ed2}\n` },
  { name: 'a marker in upper case', known: k => `@REVOKED web ${k.ed}\nweb ${k.ed}\n` },
  { name: 'an unknown marker', known: k => `@what web ${k.ed}\n` },
  { name: 'two markers', known: k => `@revoked @revoked web ${k.ed}\nweb ${k.ed}\n` },
  { name: 'bad lines around a good one', known: k => `web\nweb ssh-ed25519\nweb x y\nweb ${k.ed}\nweb 1\n` },
  { name: 'another type in the line', known: k => `web ssh-rsa ${blobOf(k.ed)}\n` },
  {
    name: 'another curve in the line',
    known: k => `web ecdsa-sha2-nistp384 ${blobOf(k.ec)}\n`,
    server: ['ec'],
  },
  { name: 'a type in upper case', known: k => `web ${k.ed.replace('ssh-ed', 'SSH-ED')}\n` },
  { name: 'a truncated key is a bad line', known: k => `web ${k.ed2.slice(0, -4)}\n` },
  { name: 'a key with bytes behind it is a bad line', known: k => `web ${k.ed2}AAAA\n` },
  { name: 'URL-safe base64 is a bad line', known: k => `web ${k.ed2.slice(0, -1)}_\n` },
  {
    name: 'an RSA key of 768 bits is a bad line',
    known: () => `web ssh-rsa ${wire('ssh-rsa', Buffer.of(3), Buffer.alloc(96, 97)).toString('base64')}\n`,
  },
  { name: 'a port of its own', known: k => `[web]:2222 ${k.ed}\n`, port: 2222 },
  { name: 'another port', known: k => `[web]:2223 ${k.ed}\n`, port: 2222 },
  { name: 'any port', known: k => `[web]:* ${k.ed}\n`, port: 2222 },
  { name: 'port 22 in brackets', known: k => `[web]:22 ${k.ed}\n` },
  { name: 'a port, hashed', known: k => `${hashed('[web]:2222')} ${k.ed}\n`, port: 2222 },
  { name: 'known without the port', known: k => `web ${k.ed}\n`, port: 2222 },
  { name: 'known without the port, hashed', known: k => `${hashed('web')} ${k.ed}\n`, port: 2222 },
  { name: 'without the port another key', known: k => `web ${k.ed2}\n`, port: 2222 },
  { name: 'with the port another key', known: k => `web ${k.ed}\n[web]:2222 ${k.ed2}\n`, port: 2222 },
  { name: 'revoked without the port', known: k => `@revoked web ${k.ed}\n`, port: 2222 },
  { name: 'ok with, revoked without', known: k => `[web]:2222 ${k.ed}\n@revoked web ${k.ed}\n`, port: 2222 },
  { name: 'revoked with, ok without', known: k => `web ${k.ed}\n@revoked [web]:2222 ${k.ed}\n`, port: 2222 },
  { name: 'a wildcard covers ports', known: k => `* ${k.ed}\n`, port: 2222 },
  { name: 'negation with the port only', known: k => `*,![web]:2222 ${k.ed}\n`, port: 2222 },
  { name: 'negation without the port only', known: k => `*,!web ${k.ed}\n`, port: 2222 },
  { name: 'an alias', known: k => `gate ${k.ed}\n`, alias: 'Gate', port: 2222 },
  { name: 'an alias hides the host', known: k => `web ${k.ed}\n`, alias: 'gate' },
  { name: 'an alias has no port', known: k => `[gate]:2222 ${k.ed}\n`, alias: 'gate', port: 2222 },
  { name: 'IPv4', known: k => `192.0.2.1 ${k.ed}\n`, host: '192.0.2.1' },
  { name: 'IPv6', known: k => `2001:db8::1 ${k.ed}\n`, host: '2001:DB8:0::0001' },
  { name: 'IPv6 and a port', known: k => `[2001:db8::1]:2222 ${k.ed}\n`, host: '2001:db8::1', port: 2222 },
  { name: 'two files, the second knows', known: k => [`db ${k.ed}\n`, `web ${k.ed}\n`] },
  { name: 'two files, the first has another key', known: k => [`web ${k.ed2}\n`, `web ${k.ed}\n`] },
  // What the server presents depends on the order in which the algorithms are offered.
  { name: 'only RSA known', known: k => `web ${k.rsa}\n`, server: ['ed', 'ec', 'rsa'] },
  {
    name: 'RSA under its signature’s name',
    known: k => `web rsa-sha2-512 ${blobOf(k.rsa)}\n`,
    server: ['rsa'],
  },
  { name: 'only ECDSA known', known: k => `web ${k.ec}\n`, server: ['ed', 'ec', 'rsa'] },
  { name: 'only the longer curve known', known: k => `web ${k.ec384}\n`, server: ['ec', 'ec384', 'rsa'] },
  { name: 'RSA known, Ed25519 changed', known: k => `web ${k.rsa}\nweb ${k.ed2}\n`, server: ['ed', 'rsa'] },
  { name: 'RSA changed, Ed25519 known', known: k => `web ${k.rsa2}\nweb ${k.ed}\n`, server: ['ed', 'rsa'] },
  { name: 'RSA changed, Ed25519 new', known: k => `web ${k.rsa2}\n`, server: ['ed', 'rsa'] },
  { name: 'ECDSA changed, RSA known', known: k => `web ${k.ec2}\nweb ${k.rsa}\n`, server: ['ec', 'rsa'] },
  {
    name: 'Ed25519 revoked, RSA known',
    known: k => `@revoked * ${k.ed}\nweb ${k.rsa}\n`,
    server: ['ed', 'rsa'],
  },
  {
    name: 'Ed25519 known and revoked, RSA known',
    known: k => `web ${k.ed}\n@revoked * ${k.ed}\nweb ${k.rsa}\n`,
    server: ['ed', 'rsa'],
  },
  {
    name: 'the best type known: the order stays, though the server lacks it',
    known: k => `web ${k.ed}\nweb ${k.rsa}\n`,
    server: ['ec', 'rsa'],
  },
  { name: 'RSA known without the port', known: k => `web ${k.rsa}\n`, server: ['ed', 'rsa'], port: 2222 },
  { name: 'an authority does not order', known: k => `@cert-authority * ${k.rsa}\n`, server: ['ed', 'rsa'] },
];

/** A case with two verdicts, and the reason. */
export interface Exception extends Case {
  readonly openssh: string;
  readonly ours: string;
  readonly why: string;
  readonly policy?: string;
  readonly certificate?: boolean;
}

/** Where we differ on purpose; never towards more trust. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    name: 'a host certificate',
    known: k => `@cert-authority web ${k.ca}\n`,
    certificate: true,
    openssh: 'ok',
    ours: 'certificate-only',
    why: 'ssh2 cannot verify host certificates',
  },
  {
    name: 'a tab after @revoked, blanks later in the line',
    known: k => `web ${k.ed}\n@revoked\tweb ${k.ed}\n`,
    openssh: 'ok',
    ours: 'revoked',
    why: 'OpenSSH looks for a blank before a tab and overlooks the line; a revocation is better heeded',
  },
  {
    name: 'accept-new, and revoked without the port',
    known: k => `@revoked web ${k.ed}\n`,
    port: 2222,
    policy: 'accept-new',
    openssh: 'ok',
    ours: 'revoked',
    why: 'OpenSSH prints the warning and learns the key all the same',
  },
  {
    name: 'an RSA key in a longer spelling',
    known: k => {
      const blob = Buffer.from(blobOf(k.rsa), 'base64');
      return `web ssh-rsa ${wire('ssh-rsa', Buffer.of(0, 1, 0, 1), blob.subarray(22)).toString('base64')}\n`;
    },
    server: ['rsa'],
    openssh: 'ok',
    ours: 'mismatch',
    why: 'keys are compared byte by byte; no program writes numbers with more zeros than needed',
  },
  {
    name: 'an IPv4 address in an old spelling',
    known: k => `127.0.0.1 ${k.ed}\n`,
    host: '127.1',
    openssh: 'ok',
    ours: 'unknown',
    why: 'nobody writes addresses so any more; not knowing the server is the safe side',
  },
];
