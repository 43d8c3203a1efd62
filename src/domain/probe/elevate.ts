// Reading what the login may not read: sudo or doas in front of the wrapper. The nonce proves that the script ran behind
// it; what sudo and doas say when they refuse is read here, in the C locale, which `env` sets in front of them (a bare
// `LC_ALL=C sudo` is no command in csh and fish).

import type { Become } from '../inventory.ts';

// `-k` beside a command: sudo neither looks at nor writes /run/sudo/ts, where it notes who gave a password when. Without it
// sudo does write there, even with `-n`.
const WITHOUT_PASSWORD: Readonly<Record<Become, string>> = {
  sudo: 'env LC_ALL=C sudo -k -n -- ',
  doas: 'env LC_ALL=C doas -n ',
};

/** Reads the password from the first line of stdin, if it needs one; the script itself closes stdin before anything else. */
const WITH_PASSWORD = "env LC_ALL=C sudo -k -S -p '' -- ";

/** Bytes that elevation may put in front of a command. */
export const LONGEST_ELEVATION = WITH_PASSWORD.length;

/** The command run as root; `password` says that sudo's password will come on stdin. */
export function elevate(command: string, become: Become, password: boolean): string {
  if (password && become === 'sudo') return WITH_PASSWORD + command;
  return WITHOUT_PASSWORD[become] + command;
}

/** Why sudo or doas did not run the command. */
export type ElevationTrouble =
  | 'password-required'
  | 'wrong-password'
  | 'tty-required'
  | 'denied'
  /** There is no such program on the PATH of the login. */
  | 'absent';

/** The messages of sudo 1.8 and 1.9, sudo-rs, and doas of OpenBSD and opendoas; the first that matches counts. */
const MESSAGES: readonly (readonly [RegExp, ElevationTrouble])[] = [
  [
    /sorry, try again|incorrect (?:password|authentication) attempt|no password was provided/i,
    'wrong-password',
  ],
  [/(?:must have a tty|a tty is required|no tty present)/i, 'tty-required'],
  [
    /a password is required|interactive authentication is required|doas: authentication (?:required|failed)/i,
    'password-required',
  ],
  [/\b(?:sudo|doas)\b.*(?:not found|no such file)|(?:not found|no such file).*\b(?:sudo|doas)\b/i, 'absent'],
  [/not in the sudoers file|not allowed to (?:run|execute)|may not run sudo/i, 'denied'],
  // Whatever else it says itself: a broken configuration, a session that PAM refuses. The host name is a mere warning.
  [/^(?:sudo(?:-rs)?|doas): (?!unable to resolve host)/i, 'denied'],
];

/** What kept sudo or doas from running a command, and the line that says so; null if it said nothing of its own. */
export function elevationTrouble(
  output: string,
): { readonly kind: ElevationTrouble; readonly line: string } | null {
  const lines = output.split(/[\r\n]+/);
  for (const [message, kind] of MESSAGES) {
    const line = lines.find(text => message.test(text));
    if (line !== undefined) return { kind, line: line.trim().slice(0, 200) };
  }
  return null;
}
