// The only place where failures become English: what happened and why, then what to type next. Everything a server said
// is made safe to print here: a start-up file may well echo a password.

import { authHint } from './auth-hint.ts';
import { elevationText } from './elevation-text.ts';
import { escapeText } from './escape.ts';
import type { Failure, FailureCode, Phase } from './failure.ts';
import { withoutQuotedSecrets } from './failure-quotes.ts';

/** A failure as a person reads it: lower case, no final period in the message; the hint is a sentence. */
export interface FailureText {
  readonly message: string;
  readonly hint: string;
}

type Texts = {
  readonly [C in FailureCode]: (failure: Extract<Failure, { code: C }>) => readonly [string, string];
};

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const PHASE: Readonly<Record<Phase, string>> = {
  connect: 'connecting',
  handshake: 'the SSH handshake',
  authentication: 'authentication',
  probe: 'waiting for the answer',
  waiting: 'waiting for its turn',
};

const quoted = (output: string): string => (output === '' ? 'nothing' : `"${output}"`);

const TEXTS: Texts = {
  'ssh/dns': f => [
    `could not resolve hostname ${f.host}: ${f.detail}`,
    'Check the spelling of `host` in the inventory, or your DNS.',
  ],
  'ssh/refused': f => [
    `connect to ${f.host} port ${f.port}: connection refused`,
    'Is sshd running there, and is `ssh.port` right?',
  ],
  'ssh/unreachable': f => [
    `connect to ${f.host} port ${f.port}: ${f.detail}`,
    'Check the route, the VPN and the firewall between here and the server.',
  ],
  'ssh/connect-timeout': f => [
    `connect to ${f.host} port ${f.port}: no answer in ${seconds(f.afterMs)}`,
    'The server is down or a firewall drops the packets; a slow link needs a longer `--connect-timeout`.',
  ],
  'ssh/timeout': f => [
    `${f.host}: deadline of ${seconds(f.afterMs)} passed during ${PHASE[f.phase]}`,
    'Try `ssh` to the server by hand; if it is only slow, raise `ssh.timeout` in the inventory.',
  ],
  'ssh/not-ssh': f => [
    `${f.host} port ${f.port} does not speak SSH; it says ${quoted(f.greeting)}`,
    'Another service listens on this port: set `ssh.port`.',
  ],
  'ssh/closed-early': f => [
    `connection closed by ${f.host} port ${f.port} during the handshake${f.detail && `: ${f.detail}`}`,
    'sshd may be over MaxStartups, or refuse this address (fail2ban, hosts.deny, PerSourcePenalties); its log says which.',
  ],
  'ssh/no-common-algorithm': f => [
    `${f.host}: ${f.detail}`,
    'The server allows only algorithms that sshdrift does not speak (post-quantum key exchange, SHA-1 or host certificates only); allow curve25519-sha256 and a plain ed25519 host key in its sshd_config.',
  ],
  'ssh/host-key-unknown': f => [
    `host key of ${f.name} is not known: ${f.keyType} ${f.fingerprint}, not in ${f.files.join(', ') || 'any known_hosts file'}`,
    f.direct
      ? `Compare the fingerprint with \`ssh-keygen -lf\` on the server, then ${learn(f.name, f.files)}`
      : 'Compare the fingerprint with `ssh-keygen -lf` on the server, then let `ssh` learn it: log in once, and say yes.',
  ],
  'ssh/host-key-mismatch': f => [
    `host key of ${f.name} has changed: ${f.keyType} ${f.fingerprint} was presented, ${f.entry} names another one`,
    `Someone may be listening in. If the server was really reinstalled, verify the new fingerprint on it, then ${forget(f.name, f.entry)}`,
  ],
  'ssh/host-key-revoked': f => [
    `host key of ${f.name} is revoked: ${f.fingerprint}, by ${f.entry}`,
    'Do not connect with this key; replace the host key on the server.',
  ],
  'ssh/host-certificate-only': f => [
    `${f.name} is known by a certificate authority only (${f.entry}), and sshdrift cannot verify host certificates`,
    `Add the plain host key as well: ${keyscan(f.name)} >> known_hosts, after comparing the fingerprint.`,
  ],
  'ssh/known-hosts-unreadable': f => [
    `cannot read known_hosts file ${f.file}: ${f.detail}`,
    'Fix the permissions or the path; without it no host key can be verified.',
  ],
  'ssh/auth-refused': f => [
    `${f.user}@${f.host}: permission denied (${f.methods.join(',') || 'publickey'}); offered ${f.offered.join(', ') || 'no key'}${f.untried > 0 ? ` and left ${f.untried} more` : ''}${notes(f)}`,
    authHint(f),
  ],
  'ssh/too-many-attempts': f => [
    `${f.user}@${f.host}: too many authentication failures; offered ${f.offered.join(', ')}${notes(f)}`,
    'Name the one right key with `ssh.identity_file`.',
  ],
  'ssh/key-unusable': f => [
    `cannot use the private key from ${f.source}: ${f.detail}`,
    keyHint(f.source, f.detail),
  ],
  'ssh/passphrase-needed': f => [
    f.wrong
      ? `wrong passphrase for the private key from ${f.source}`
      : `the private key from ${f.source} is encrypted`,
    f.source === 'SSH_PRIVATE_KEY'
      ? 'Put the passphrase into SSH_KEY_PASSPHRASE.'
      : `Put the passphrase into SSH_KEY_PASSPHRASE, or the key into your agent: ssh-add ${f.source}`,
  ],
  'ssh/channel-refused': f => [
    `${f.host} refused to open a session: ${f.detail}`,
    'Look for MaxSessions in its sshd_config, or a limit of the account.',
  ],
  'ssh/exec-refused': f => [
    `${f.host} refused to run a command: ${f.detail}`,
    'The account may not run commands; sshd_config or authorized_keys says why.',
  ],
  'ssh/proxy-failed': f => [
    `${f.host}: the proxy command (${f.program}) failed: ${f.detail}${f.output && `; it said ${quoted(f.output)}`}`,
    'Try `ssh -v` to the server by hand; `ssh -G` prints the ProxyCommand.',
  ],
  'ssh/jump-failed': f => jumpText(f),
  'ssh/sftp-garbled': f => [
    `${f.host}: its SFTP makes no sense: ${f.detail}`,
    'Often a start-up file of the login shell (.bashrc) prints text; compare with `sftp` to the server by hand.',
  ],
  'ssh/interrupted': f => [
    `connection to ${f.host} was lost before the answer was complete${f.detail && `: ${f.detail}`}`,
    'Nothing is concluded from half an answer; run the check again.',
  ],
  'ssh/protocol': f => [`${f.host}: ${f.detail}`, 'Try `ssh -v` to the server by hand.'],
  'probe/no-answer': f => [
    `${f.user}@${f.host}: the probe did not run (exit ${f.exitCode}); the server said ${quoted(f.output)}`,
    noAnswerHint(f),
  ],
  'probe/elevation-failed': elevationText,
  'probe/killed': f => [
    `${f.host}: the probe was killed by SIG${f.signal}`,
    'Look for memory or process limits of the account on the server.',
  ],
  'probe/truncated': f => [
    `${f.host}: the answer breaks off (exit ${f.exitCode})${f.output && `; the server said ${quoted(f.output)}`}`,
    'Nothing is concluded from half an answer; run the check again.',
  ],
  'probe/garbled': f => [
    `${f.host}: the answer is not what the probe prints: ${f.detail}`,
    'Something on the server changes the output of its shell; compare with `sshdrift probe`.',
  ],
  'probe/too-large': f => [
    `${f.host}: the answer is larger than ${f.limit} bytes`,
    'Lower `max_file_size`, or watch fewer files.',
  ],
  'check/nothing-to-compare': f => [
    `nothing was compared: ${f.detail}`,
    'Put the Git copies below `files`, and check `watch` and `ignore`.',
  ],
  'run/timeout': f => [
    f.started
      ? `the run's deadline of ${seconds(f.afterMs)} passed`
      : `not tried: the run's deadline of ${seconds(f.afterMs)} passed before its turn`,
    'Raise `--timeout` or `--concurrency`.',
  ],
  'run/interrupted': f => [`interrupted by ${f.signal}`, 'Run the check again.'],
};

function jumpText(f: Extract<Failure, { code: 'ssh/jump-failed' }>): readonly [string, string] {
  const { why, jump } = f;
  if (why.kind === 'hop') {
    const [message, hint] = describe(why.failure);
    return [`${f.host} is behind the jump host ${jump}: ${message}`, hint];
  }
  if (why.prohibited)
    return [
      `jump host ${jump} may not connect us with ${f.host} port ${f.port}${why.detail && `: ${why.detail}`}`,
      'Look for AllowTcpForwarding and PermitOpen in its sshd_config; a key with `restrict` needs `port-forwarding`.',
    ];
  return [
    `jump host ${jump} cannot connect to ${f.host} port ${f.port}${why.detail && `: ${why.detail}`}`,
    `Host and port are those that the jump host sees. Is the server up, and reachable from there?`,
  ];
}

const notes = (f: { readonly notes: readonly string[] }): string => f.notes.map(note => `; ${note}`).join('');

function keyHint(source: string, detail: string): string {
  if (detail.startsWith('UNPROTECTED')) return `Only you may read it, or it is not used: chmod 600 ${source}`;
  if (source === 'SSH_PRIVATE_KEY')
    return 'The variable holds the text of a private key, from its BEGIN line to its END line.';
  if (/ssh-add/.test(detail)) return `Put the key into your agent: ssh-add ${source.replace(/\.pub$/, '')}`;
  if (detail.startsWith('neither is set'))
    return 'Name your key with `ssh.identity_file`, or as IdentityFile in ~/.ssh/config, or make one: ssh-keygen -t ed25519; its public half belongs into authorized_keys on the server.';
  return `Check it with: ssh-keygen -y -f ${source.startsWith('/') ? source : 'KEY'}`;
}

/** How to take back what is known of a host: a pin, a line of a secret, or a line of a file. */
const forget = (name: string, entry: string): string => {
  const source = entry.replace(/:\d+$/, '');
  if (source.startsWith('SHA256:')) return 'pin it in the inventory.';
  if (source === 'SSH_KNOWN_HOSTS') return 'put its key into SSH_KNOWN_HOSTS.';
  return `forget the old one: ssh-keygen -R '${name}' -f ${source}`;
};

const keyscan = (name: string): string => {
  const bracketed = /^\[(.+)\]:(\d+)$/.exec(name);
  return bracketed ? `ssh-keyscan -p ${bracketed[2]} ${bracketed[1]}` : `ssh-keyscan ${name}`;
};

/** How to make a host known in the first place where it is looked for. */
function learn(name: string, files: readonly string[]): string {
  const [file = 'known_hosts'] = files;
  if (file === 'SSH_KNOWN_HOSTS') return `add what this prints to SSH_KNOWN_HOSTS: ${keyscan(name)}`;
  return `add it: ${keyscan(name)} >> ${/^[\w./~+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`}`;
}

const SWALLOWED =
  'the login shell or its start-up files (`exit` or `exec` in .bashrc), or a forced command, swallow the command.';

function noAnswerHint({ output, exitCode, user }: Extract<Failure, { code: 'probe/no-answer' }>): string {
  if (/^sshdrift-probe: refused/m.test(output))
    return 'The key is restricted to what the forced command on the server was made for; make it anew: sshdrift probe --authorized-keys';
  if (/account is currently not available|nologin/i.test(output))
    return `The login shell is nologin; give the account a shell: usermod -s /bin/sh ${user}`;
  if (/sftp connections only/i.test(output))
    return 'The account allows SFTP only, but its sshd offers none: it needs a `Subsystem sftp internal-sftp` line.';
  if (/not found|No such file|unknown command/i.test(output))
    return 'No usable `sh` or `printf` on the PATH of this account; look at PATH in its start-up files.';
  if (output === '' && exitCode !== 0)
    return `The login shell may be /bin/false (see: getent passwd ${user}), or ${SWALLOWED}`;
  if (output === '') return `Exit 0 and not a word: ${SWALLOWED}`;
  return 'A forced command in authorized_keys or sshd_config, or the login shell (an alias or function named `sh`), answers instead of the probe.';
}

const describe = (failure: Failure): readonly [string, string] =>
  (TEXTS[failure.code] as (f: Failure) => readonly [string, string])(failure);

/** Characters; a server may say as much as it likes. */
const LONGEST = 1000;

const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** The text of a failure, safe to print whatever the server said in it, and cut where it goes on and on. */
export function failureText(failure: Failure): FailureText {
  const [message, hint] = describe(withoutQuotedSecrets(failure));
  return { message: shorten(escapeText(message)), hint: shorten(escapeText(hint)) };
}
