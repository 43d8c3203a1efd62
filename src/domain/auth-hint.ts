// What to do when a server lets nobody in with what was offered.

import type { Failure } from './failure.ts';

const INTERACTIVE = ['keyboard-interactive', 'password'];

export function authHint(f: Extract<Failure, { code: 'ssh/auth-refused' }>): string {
  if (f.untried > 0) return 'Name the one right key with `ssh.identity_file`.';
  if (f.methods.length > 0 && f.methods.every(method => INTERACTIVE.includes(method)))
    return `The server wants ${f.methods.join(' or ')} from a person: run it on a terminal, or let the server accept a key alone (AuthenticationMethods in its sshd_config).`;
  const port = f.port === 22 ? '' : `-p ${f.port} `;
  const [one = '', ...others] = f.offered;
  const key = others.length === 0 && /^\/[\w./-]+(?<!\.pub)$/.test(one) ? one : 'KEY';
  return `Is the public key in ~${f.user}/.ssh/authorized_keys on the server, is the account not locked, and is \`ssh.user\` right? Try: ssh -i ${key} ${port}${f.user}@${f.host}`;
}
