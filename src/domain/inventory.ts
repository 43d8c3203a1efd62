// The trusted form of inventory.yaml: defaults are filled in, paths are absolute, every server stands for itself.

import type { RemotePath } from './remote-path.ts';
import type { Watch } from './watch.ts';

/** What becomes of files on a server that Git does not know. */
export type UnmanagedPolicy = 'drift' | 'strict' | 'report' | 'ignore';

/** `ssh.host_key_policy`: only known keys, or unknown servers are learnt on first contact (never changed ones). */
export type HostKeyPolicy = 'yes' | 'accept-new';

/** `ssh.become`: the program that runs the probe as root. */
export type Become = 'sudo' | 'doas';

/** A rule that takes a path out of the comparison, accountably. */
export interface IgnoreRule {
  readonly watch: Watch;
  readonly reason: string;
  /** Last day on which the rule holds, `YYYY-MM-DD`, or null for ever. */
  readonly until: string | null;
}

/** Owner and mode that every compared file must have; null means any. `mode` is four octal digits. */
export interface Expect {
  readonly owner: string | null;
  readonly group: string | null;
  readonly mode: string | null;
}

/** How to reach one server. Times are milliseconds. */
export interface SshSettings {
  /** Login name; null means the name of the person who runs sshdrift. */
  readonly user: string | null;
  readonly port: number;
  /** Absolute path of a private key on this machine; null means OpenSSH's default names below `~/.ssh`. */
  readonly identityFile: string | null;
  /** Absolute paths of known_hosts files; null means OpenSSH's default files. */
  readonly knownHosts: readonly string[] | null;
  readonly hostKeyPolicy: HostKeyPolicy;
  /** Null to read with the rights of the login. */
  readonly become: Become | null;
  readonly connectTimeoutMs: number;
  /** Deadline from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** What is compared on one server, and how. */
export interface Scope {
  /** Absolute local directories of Git copies; a later one wins. */
  readonly layers: readonly string[];
  /** Remote directory that the layers mirror. */
  readonly root: RemotePath;
  readonly watch: readonly Watch[];
  readonly unmanaged: UnmanagedPolicy;
  readonly ignore: readonly IgnoreRule[];
  readonly expect: Expect | null;
  /** Bytes; larger files are compared by hash and not transferred. */
  readonly maxFileSize: number;
  /** Where `files` stands, `inventory.yaml:2:8`, for messages about the layers; absent without an inventory. */
  readonly filesPosition?: string;
}

/** One server of the inventory. */
export interface Server {
  readonly name: string;
  readonly host: string;
  /** Pinned host key fingerprints as `ssh-keygen -lf` prints them (`SHA256:…`); if any, known_hosts is not asked. */
  readonly hostKeys: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly ssh: SshSettings;
  readonly scope: Scope;
}

/** The whole inventory; servers sorted by name. */
export interface Inventory {
  /** The `repo` of the status payload, or null if the inventory does not name it. */
  readonly repo: string | null;
  readonly servers: readonly Server[];
}
