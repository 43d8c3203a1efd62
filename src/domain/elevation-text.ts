// What a person reads when sudo or doas did not run the probe: the message of the failure, then what to type next.

import type { Failure } from './failure.ts';
import type { ElevationTrouble } from './probe/elevate.ts';

type Elevation = Extract<Failure, { code: 'probe/elevation-failed' }>;

/**
 * The least that lets the probe run as root. What is checked is `sh` with any script: all of root, for whoever holds the
 * login's key. Only the forced command makes it less.
 */
const rule = ({ become, user }: Elevation): string =>
  become === 'sudo'
    ? `${user} ALL=(root) NOPASSWD: /bin/sh (in /etc/sudoers.d/sshdrift)`
    : `permit nopass ${user} as root cmd sh (in doas.conf)`;

const LESS =
  'That is all of root; a key that can only ask about the watched files is made by: sshdrift probe --authorized-keys';

const TEXTS: { readonly [K in ElevationTrouble]: (f: Elevation) => readonly [string, string] } = {
  'password-required': f => [
    'a password is required',
    f.become === 'sudo'
      ? `Put the password into SSHDRIFT_BECOME_PASSWORD, or allow it without: ${rule(f)}. ${LESS}`
      : `doas takes no password from sshdrift; allow it without: ${rule(f)}. ${LESS}`,
  ],
  'wrong-password': f => [
    'the password is wrong',
    `Correct SSHDRIFT_BECOME_PASSWORD: sudo wants the password of ${f.user} unless sudoers says otherwise. A start-up file that reads stdin takes it away, too.`,
  ],
  'tty-required': f => [
    'it wants a terminal',
    `sshdrift asks for none. Add to sudoers: Defaults:${f.user} !requiretty`,
  ],
  denied: f => ['it refuses', `Allow it: ${rule(f)}. ${LESS}`],
  absent: f => [
    `there is no ${f.become} on the PATH of ${f.user}`,
    `Install ${f.become}, or set \`ssh.become\` to what the server has.`,
  ],
};

/** Message and hint, not yet escaped. */
export function elevationText(f: Elevation): readonly [string, string] {
  const [what, hint] = TEXTS[f.kind](f);
  const said = f.output === '' ? '' : `; the server said "${f.output}"`;
  return [`${f.user}@${f.host}: ${f.become} did not run the probe: ${what}${said}`, hint];
}
