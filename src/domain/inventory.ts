// The trusted form of inventory.yaml: defaults are filled in, paths are absolute, every server stands for itself.

import type { KeyGlobs } from './redact-keys.ts';
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

/** How to reach one server, as far as the inventory says; null leaves it to ~/.ssh/config. Times are milliseconds. */
export interface SshSettings {
  /** Login name. */
  readonly user: string | null;
  readonly port: number | null;
  /** Absolute path of a private key on this machine. */
  readonly identityFile: string | null;
  /** Absolute paths of known_hosts files. */
  readonly knownHosts: readonly string[] | null;
  readonly hostKeyPolicy: HostKeyPolicy | null;
  /** Jump hosts, each a server of the inventory or `[user@]host[:port]`, commas between; `none` for a direct way. */
  readonly jump: string | null;
  /** Null to read with the rights of the login. */
  readonly become: Become | null;
  readonly connectTimeoutMs: number | null;
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
  /** Name of the process that reads the files. */
  readonly service: string;
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
  /** `redact`: names of secrets, besides the known ones. */
  readonly alsoSecret: KeyGlobs;
  readonly servers: readonly Server[];
}
