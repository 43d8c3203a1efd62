import { expect, test } from 'vitest';
import {
  type ElevationTrouble,
  elevate,
  elevationTrouble,
  LONGEST_ELEVATION,
} from '../../../src/domain/probe/elevate.ts';

test('what stands in front of the command', () => {
  expect(elevate('x', 'sudo', false)).toBe('env LC_ALL=C sudo -k -n -- x');
  expect(elevate('x', 'sudo', true)).toBe("env LC_ALL=C sudo -k -S -p '' -- x");
  expect(elevate('x', 'doas', false)).toBe('env LC_ALL=C doas -n x');
  // doas takes no password from elsewhere than a terminal.
  expect(elevate('x', 'doas', true)).toBe('env LC_ALL=C doas -n x');
  const lengths = [false, true].flatMap(password =>
    (['sudo', 'doas'] as const).map(become => elevate('', become, password).length),
  );
  expect(LONGEST_ELEVATION).toBe(Math.max(...lengths));
});

// As sudo 1.8 and 1.9, sudo-rs, both doas, and shells write them.
test.each<[ElevationTrouble, string]>([
  ['wrong-password', 'Sorry, try again.'],
  ['wrong-password', 'sudo: no password was provided'],
  ['wrong-password', 'sudo: 1 incorrect password attempt'],
  ['wrong-password', 'sudo: 3 incorrect authentication attempts'],
  ['tty-required', 'sudo: sorry, you must have a tty to run sudo'],
  ['tty-required', 'sudo: no tty present and no askpass program specified'],
  ['tty-required', 'doas: a tty is required'],
  ['password-required', 'sudo: a password is required'],
  ['password-required', 'sudo: interactive authentication is required'],
  ['password-required', 'doas: Authentication required'],
  ['password-required', 'doas: Authentication failed'],
  ['absent', 'sh: 1: sudo: not found'],
  ['absent', 'bash: line 1: doas: command not found'],
  ['absent', "env: 'sudo': No such file or directory"],
  ['absent', 'zsh: command not found: sudo'],
  ['absent', 'no such file or directory: doas'],
  ['denied', 'deploy is not in the sudoers file.'],
  ['denied', "Sorry, user deploy is not allowed to execute '/bin/sh' as root on web-1."],
  ['denied', 'user deploy is not allowed to run sudo on web-1.'],
  ['denied', 'Sorry, user deploy may not run sudo on web-1.'],
  ['denied', 'sudo: /etc/sudo.conf is world writable'],
  ['denied', "sudo-rs: I'm sorry deploy. I'm afraid I can't do that"],
  ['denied', 'doas: Operation not permitted'],
])('%s: %s', (kind, line) => {
  expect(elevationTrouble(`Welcome!\r\n${line}\r\n`)).toEqual({ kind, line });
});

test.each([
  ['nothing', ''],
  ['a host name that sudo cannot resolve, which is but a warning', 'sudo: unable to resolve host web-1'],
  ['a program that is missing behind sudo', 'sh: 1: stat: not found'],
  ['a greeting that speaks of sudo', 'This host is run with sudo: be careful'],
])('%s is no refusal', (_, output) => {
  expect(elevationTrouble(output)).toBeNull();
});

test('the reason counts before the remark that comes of it', () => {
  const output = 'Sorry, try again.\nsudo: no password was provided\nsudo: a password is required\n';
  expect(elevationTrouble(output)?.kind).toBe('wrong-password');
  const warned = 'sudo: unable to resolve host web-1\nsudo: a password is required';
  expect(elevationTrouble(warned)?.line).toBe('sudo: a password is required');
});

test('a line is quoted without blanks around it, and not at any length', () => {
  expect(elevationTrouble(`  doas: a tty is required ${'x'.repeat(300)}`)?.line).toBe(
    `doas: a tty is required ${'x'.repeat(176)}`,
  );
});
