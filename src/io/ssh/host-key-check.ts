import type { Failure } from '../../domain/failure.ts';
import { fingerprint, keyType } from '../../domain/host-key.ts';
import {
  type HostAddress,
  type HostKeyTrust,
  type HostKeyVerdict,
  hostKeyVerdict,
  knownHostsName,
} from '../../domain/host-key-trust.ts';
import type { HostKeyPolicy } from '../../domain/inventory.ts';

/** Judges the keys that one server presents, and remembers what it thought of the last one. */
export interface HostKeyCheck {
  /**
   * ssh2's `hostVerifier`. Synchronous, and exactly `true` or `false`: ssh2 takes a promise, null or 0 for consent. It
   * is called again at every new key exchange, and before the server has proved that it owns the key.
   */
  readonly verify: (key: Buffer) => boolean;
  /** Why the last key was refused; null if none was. */
  readonly refusal: () => Failure | null;
  /** The key of an unknown server that `accept-new` let in, for learning once the handshake is done. */
  readonly accepted: () => Buffer | null;
  /** The key that the server presented last, whatever was thought of it. */
  readonly presented: () => Buffer | null;
}

export interface HostKeyRules {
  readonly trust: HostKeyTrust;
  readonly address: HostAddress;
  readonly policy: HostKeyPolicy;
  /** For the message about an unknown key. */
  readonly files: readonly string[];
  /** True if the server is reached by TCP under its own name. */
  readonly direct: boolean;
}

export function createHostKeyCheck(rules: HostKeyRules): HostKeyCheck {
  let refusal: Failure | null = null;
  let accepted: Buffer | null = null;
  let presented: Buffer | null = null;
  return {
    verify: key => {
      presented = Buffer.from(key);
      const verdict = hostKeyVerdict(rules.trust, key);
      // What accept-new let in stays the one key of this connection.
      if (accepted !== null && !accepted.equals(key)) {
        refusal = refused(rules, key, { kind: 'mismatch', entry: 'the key of the first exchange' });
        return false;
      }
      if (verdict.kind === 'ok') return true;
      if (verdict.kind === 'unknown' && rules.policy === 'accept-new') {
        accepted = Buffer.from(key);
        return true;
      }
      refusal = refused(rules, key, verdict);
      return false;
    },
    refusal: () => refusal,
    accepted: () => accepted,
    presented: () => presented,
  };
}

function refused(
  rules: HostKeyRules,
  key: Buffer,
  verdict: Exclude<HostKeyVerdict, { kind: 'ok' }>,
): Failure {
  const about = {
    host: rules.address.host,
    name: knownHostsName(rules.address),
    fingerprint: fingerprint(key),
  };
  switch (verdict.kind) {
    case 'unknown':
      return {
        code: 'ssh/host-key-unknown',
        ...about,
        keyType: keyType(key),
        files: rules.files,
        direct: rules.direct,
      };
    case 'mismatch':
      return { code: 'ssh/host-key-mismatch', ...about, keyType: keyType(key), entry: verdict.entry };
    case 'revoked':
      return { code: 'ssh/host-key-revoked', ...about, entry: verdict.entry };
    case 'certificate-only':
      return { code: 'ssh/host-certificate-only', host: about.host, name: about.name, entry: verdict.entry };
  }
}
