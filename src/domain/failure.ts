// Why a server could not be compared. A failure is a value: the other servers go on. Codes are permanent, texts are
// not; the texts live in failure-text.ts.

import type { Become } from './inventory.ts';
import type { ElevationTrouble } from './probe/elevate.ts';

/** Where a deadline struck. */
export type Phase = 'connect' | 'handshake' | 'authentication' | 'probe' | 'waiting';

/** `forward` is the jump host's answer to our wish to be connected with the server. */
export type JumpTrouble =
  | { readonly kind: 'hop'; readonly failure: Failure }
  | { readonly kind: 'forward'; readonly prohibited: boolean; readonly detail: string };

export type Failure =
  /** The name does not resolve. */
  | { readonly code: 'ssh/dns'; readonly host: string; readonly detail: string }
  | { readonly code: 'ssh/refused'; readonly host: string; readonly port: number }
  | {
      readonly code: 'ssh/unreachable';
      readonly host: string;
      readonly port: number;
      readonly detail: string;
    }
  | {
      readonly code: 'ssh/connect-timeout';
      readonly host: string;
      readonly port: number;
      readonly afterMs: number;
    }
  /** The deadline of one server passed. */
  | { readonly code: 'ssh/timeout'; readonly host: string; readonly phase: Phase; readonly afterMs: number }
  /** Something else than an SSH server answers; `greeting` is what it said first. */
  | { readonly code: 'ssh/not-ssh'; readonly host: string; readonly port: number; readonly greeting: string }
  /** Closed before the handshake was done. */
  | {
      readonly code: 'ssh/closed-early';
      readonly host: string;
      readonly port: number;
      readonly detail: string;
    }
  | { readonly code: 'ssh/no-common-algorithm'; readonly host: string; readonly detail: string }
  | {
      readonly code: 'ssh/host-key-unknown';
      readonly host: string;
      readonly name: string;
      readonly keyType: string;
      readonly fingerprint: string;
      readonly files: readonly string[];
      /** False if ssh-keyscan would not get there: an alias, a jump host or a proxy command is in between. */
      readonly direct: boolean;
    }
  /** `entry` is `file:line` of the known_hosts line, or the pin, that names another key. */
  | {
      readonly code: 'ssh/host-key-mismatch';
      readonly host: string;
      readonly name: string;
      readonly keyType: string;
      readonly fingerprint: string;
      readonly entry: string;
    }
  | {
      readonly code: 'ssh/host-key-revoked';
      readonly host: string;
      readonly name: string;
      readonly fingerprint: string;
      readonly entry: string;
    }
  /** known_hosts verifies this server by a certificate authority only, which the SSH library cannot do. */
  | {
      readonly code: 'ssh/host-certificate-only';
      readonly host: string;
      readonly name: string;
      readonly entry: string;
    }
  | { readonly code: 'ssh/known-hosts-unreadable'; readonly file: string; readonly detail: string }
  | {
      readonly code: 'ssh/auth-refused';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly offered: readonly string[];
      readonly methods: readonly string[];
      /** Keys that were not offered any more, because too many had been refused. */
      readonly untried: number;
      /** What kept other keys from being offered. */
      readonly notes: readonly string[];
    }
  | {
      readonly code: 'ssh/too-many-attempts';
      readonly host: string;
      readonly user: string;
      readonly offered: readonly string[];
      readonly notes: readonly string[];
    }
  /** No private key to offer, or one that cannot be used. `source` is a file name or `SSH_PRIVATE_KEY`. */
  | { readonly code: 'ssh/key-unusable'; readonly source: string; readonly detail: string }
  | { readonly code: 'ssh/passphrase-needed'; readonly source: string; readonly wrong: boolean }
  | { readonly code: 'ssh/channel-refused'; readonly host: string; readonly detail: string }
  | { readonly code: 'ssh/exec-refused'; readonly host: string; readonly detail: string }
  /** The ProxyCommand ended, or brought nothing; `program` is its first word, `output` the end of its stderr. */
  | {
      readonly code: 'ssh/proxy-failed';
      readonly host: string;
      readonly program: string;
      readonly detail: string;
      readonly output: string;
    }
  /** The jump host next to the server (`user@host:port`) could not be reached, was lost, or does not let us pass. */
  | {
      readonly code: 'ssh/jump-failed';
      readonly host: string;
      readonly port: number;
      readonly jump: string;
      readonly why: JumpTrouble;
    }
  /** What stands in for SFTP does not speak it, or breaks its rules. */
  | { readonly code: 'ssh/sftp-garbled'; readonly host: string; readonly detail: string }
  /** The connection ended after authentication and before the answer was complete. */
  | { readonly code: 'ssh/interrupted'; readonly host: string; readonly detail: string }
  | { readonly code: 'ssh/protocol'; readonly host: string; readonly detail: string }
  /** The command ran or not, but the probe's BEGIN never came: a login shell that cannot, a forced command, SFTP only. */
  | {
      readonly code: 'probe/no-answer';
      readonly host: string;
      readonly user: string;
      readonly exitCode: number;
      readonly output: string;
    }
  /** sudo or doas did not run the probe; `output` is the line that says why. */
  | {
      readonly code: 'probe/elevation-failed';
      readonly host: string;
      readonly user: string;
      readonly become: Become;
      readonly kind: ElevationTrouble;
      readonly output: string;
    }
  | { readonly code: 'probe/killed'; readonly host: string; readonly signal: string }
  /** BEGIN without END. */
  | {
      readonly code: 'probe/truncated';
      readonly host: string;
      readonly exitCode: number;
      readonly output: string;
    }
  | { readonly code: 'probe/garbled'; readonly host: string; readonly detail: string }
  | { readonly code: 'probe/too-large'; readonly host: string; readonly limit: number }
  /** The Git copies and the ignore rules leave nothing to compare: never reported as in sync. */
  | { readonly code: 'check/nothing-to-compare'; readonly detail: string }
  | { readonly code: 'run/timeout'; readonly afterMs: number; readonly started: boolean }
  | { readonly code: 'run/interrupted'; readonly signal: string };

export type FailureCode = Failure['code'];
