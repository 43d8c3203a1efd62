// Asks OpenSSH's own client what it would do for a host: `ssh -G` reads the configuration and connects nowhere. Nothing
// else knows Include, Match, canonicalisation and the defaults of the machine.

import { execFile } from 'node:child_process';
import { hostname, userInfo } from 'node:os';
import pLimit from 'p-limit';
import { escapeText } from '../domain/escape.ts';
import { UserError } from '../domain/user-error.ts';

/** One host as `ssh` would be called: user and port only if the caller has an opinion. */
export interface SshConfigQuery {
  readonly host: string;
  readonly user: string | null;
  readonly port: number | null;
}

export interface SshConfigSource {
  /** Absolute path of the configuration (`-F`); null for the user's and the machine's own. */
  readonly file: string | null;
  readonly cwd: string;
  /** Without secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Resolves to what `ssh -G` prints, or to null if there is no ssh program; rejects with a UserError. */
export type AskSshConfig = (query: SshConfigQuery) => Promise<string | null>;

/** Each is a process of some 6 ms; `Match exec` may make it longer. */
const AT_ONCE = 8;
const TIMEOUT_MS = 5_000;

/** Every host is asked about once. */
export function createAskSshConfig(source: SshConfigSource): AskSshConfig {
  const limit = pLimit(AT_ONCE);
  const answers = new Map<string, Promise<string | null>>();
  return query => {
    const key = JSON.stringify([query.host, query.user, query.port]);
    const answer = answers.get(key) ?? limit(() => ask(query, source));
    answers.set(key, answer);
    return answer;
  };
}

/** Of this machine, for the tokens of the configuration. The uid of a container may have no account. */
export function localMachine(): { readonly hostName: string; readonly uid: number } {
  try {
    return { hostName: hostname(), uid: userInfo().uid };
  } catch {
    return { hostName: hostname(), uid: 0 };
  }
}

function ask({ host, user, port }: SshConfigQuery, source: SshConfigSource): Promise<string | null> {
  // `--` ends options, but ssh looks for more of them after a host.
  if (/^-|[\s\p{Cc}]/u.test(host) || host === '')
    throw new UserError(`"${escapeText(host)}" is no host name`, 'It would not be safe to hand it to ssh.');
  const args = [
    ...['-G', '-T'],
    ...(source.file === null ? [] : ['-F', source.file]),
    ...(user === null ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
    ...['--', host],
  ];
  const options = {
    cwd: source.cwd,
    env: { ...source.env },
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: 4 * 1024 * 1024,
  };
  return new Promise((resolve, reject) => {
    const child = execFile('ssh', args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') resolve(null);
      else reject(refusal(host, error, stderr));
    });
    child.stdin?.end();
  });
}

function refusal(host: string, error: Error & { readonly killed?: boolean }, stderr: string): UserError {
  const said = stderr.trim().split(/\r?\n/).filter(Boolean).map(escapeText);
  if (error.killed)
    return new UserError(
      `\`ssh -G ${host}\` took more than ${TIMEOUT_MS / 1000} s`,
      'Look for a slow `Match exec` in the ssh configuration, or go without it: --ssh-config none',
    );
  return new UserError(
    `ssh cannot say how to reach ${host}: ${said.join('\n  ') || error.message}`,
    'Correct the ssh configuration, or go without it: --ssh-config none',
  );
}
