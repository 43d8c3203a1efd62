// What the manifests need to know, and what of it is refused before anything is printed.

import { escapeText } from '../escape.ts';
import { UserError } from '../user-error.ts';

export interface ClusterSettings {
  /** Holds sshdrift and git. */
  readonly image: string;
  readonly repository: Repository;
  /** Null for the one that kubectl is set to. */
  readonly namespace: string | null;
}

/** Where the inventory and the Git copies are cloned from. */
export interface Repository {
  readonly url: string;
  /** TCP port of the Git server. */
  readonly port: number;
}

const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80, 'ssh:': 22 };

/** Reads the URL of a repository: https, http, ssh, or `user@host:path`. Throws UserError. */
export function parseRepository(text: string): Repository {
  if (/^[\w.-]+@[\w.-]+:[^\s\p{Cc}]+$/u.test(text)) return { url: text, port: 22 };
  const url = URL.canParse(text) ? new URL(text) : null;
  const port = url === null ? undefined : PORTS[url.protocol];
  if (url === null || port === undefined || /[\s\p{Cc}]/u.test(text))
    throw new UserError(
      'the repository is not a URL that a pod can clone',
      'Write --repository https://git.example.net/rsyslog.git, ssh://git@git.example.net/rsyslog.git or git@git.example.net:rsyslog.git',
    );
  if (url.password !== '' || (url.username !== '' && url.protocol !== 'ssh:'))
    throw new UserError(
      'the URL of the repository holds a user name or a password',
      'Take it out: manifests are read by many. Credentials go into the Secret sshdrift-git, as the first comment of the manifests says.',
    );
  return { url: text, port: url.port === '' ? port : Number(url.port) };
}

/** A reference to a container image, as it is. Throws UserError for what can be none. */
export function checkedImage(text: string): string {
  if (/^[\w][\w.:/@-]*$/.test(text)) return text;
  throw new UserError(
    `"${escapeText(text)}" is not the name of an image`,
    'Write --image registry.example.net/sshdrift:1.0',
  );
}

/** The name of a namespace, by the rule of RFC 1123 labels. Throws UserError. */
export function checkedNamespace(text: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new UserError(
    `"${escapeText(text)}" is not the name of a namespace`,
    'It holds at most 63 lower-case letters, digits and -.',
  );
}
