// Not the words, but which advice is given when.

import { describe, expect, test } from 'vitest';
import type { Failure, FailureCode } from '../../src/domain/failure.ts';
import { firstWords, lastWords, withoutQuotedSecrets } from '../../src/domain/failure-quotes.ts';
import { failureText } from '../../src/domain/failure-text.ts';
import type { ElevationTrouble } from '../../src/domain/probe/elevate.ts';

const DETAIL = 'why\x1b';
const AT = { host: 'h', port: 2222 };
const KEY = { host: 'h', name: 'h', keyType: 'ssh-ed25519', fingerprint: 'SHA256:x' };
const LOGIN = { host: 'h', user: 'u', offered: ['id'], notes: [] };
const ALL: { readonly [C in FailureCode]: Omit<Extract<Failure, { code: C }>, 'code'> } = {
  'ssh/dns': { host: 'h', detail: DETAIL },
  'ssh/refused': AT,
  'ssh/unreachable': { ...AT, detail: DETAIL },
  'ssh/connect-timeout': { ...AT, afterMs: 1500 },
  'ssh/timeout': { host: 'h', phase: 'probe', afterMs: 1500 },
  'ssh/not-ssh': { ...AT, greeting: DETAIL },
  'ssh/closed-early': { ...AT, detail: DETAIL },
  'ssh/no-common-algorithm': { host: 'h', detail: DETAIL },
  'ssh/host-key-unknown': { ...KEY, files: [], direct: true },
  'ssh/host-key-mismatch': { ...KEY, entry: 'f:1' },
  'ssh/host-key-revoked': { ...KEY, entry: 'f:1' },
  'ssh/host-certificate-only': { ...KEY, entry: 'f:1' },
  'ssh/known-hosts-unreadable': { file: 'h', detail: DETAIL },
  'ssh/auth-refused': { ...LOGIN, port: 22, methods: [], untried: 0 },
  'ssh/too-many-attempts': LOGIN,
  'ssh/key-unusable': { source: 'h', detail: DETAIL },
  'ssh/passphrase-needed': { source: 'h', wrong: false },
  'ssh/channel-refused': { host: 'h', detail: DETAIL },
  'ssh/exec-refused': { host: 'h', detail: DETAIL },
  'ssh/proxy-failed': { host: 'h', program: 'nc', detail: DETAIL, output: '' },
  'ssh/jump-failed': { ...AT, jump: 'j', why: { kind: 'forward', prohibited: false, detail: DETAIL } },
  'ssh/sftp-garbled': { host: 'h', detail: DETAIL },
  'ssh/interrupted': { host: 'h', detail: DETAIL },
  'ssh/protocol': { host: 'h', detail: DETAIL },
  'probe/no-answer': { host: 'h', user: 'u', exitCode: 1, output: DETAIL },
  'probe/elevation-failed': { host: 'h', user: 'u', become: 'sudo', kind: 'denied', output: DETAIL },
  'probe/killed': { host: 'h', signal: 'KILL' },
  'probe/truncated': { host: 'h', exitCode: 1, output: DETAIL },
  'probe/garbled': { host: 'h', detail: DETAIL },
  'probe/too-large': { host: 'h', limit: 7 },
  'check/nothing-to-compare': { detail: DETAIL },
  'run/timeout': { afterMs: 1500, started: true },
  'run/interrupted': { signal: 'SIGINT' },
};

test.each(Object.entries(ALL))('%s tells who, why and what to do, each in one line', (code, facts) => {
  const { message, hint } = failureText({ code, ...facts } as Failure);
  if (!code.startsWith('run/') && !code.startsWith('check/')) expect(message).toMatch(/\bh\b/);
  if (JSON.stringify(facts).includes('why')) expect(message).toContain('why\\x1b');
  expect(hint.length).toBeGreaterThan(15);
  expect(`${message}${hint}`).not.toMatch(/\p{Cc}/u);
});

describe('when the probe did not run', () => {
  test.each([
    ['sshdrift-probe: refused: a bad flag', 1, 'sshdrift probe --authorized-keys'],
    ['Welcome!\nsshdrift-probe: refused: a bad flag', 1, 'sshdrift probe --authorized-keys'],
    ['This account is currently not available.', 1, 'usermod -s'],
    ['This service allows sftp connections only.', 1, 'Subsystem sftp'],
    ['sh: printf: not found', 127, 'PATH'],
    ['', 1, '/bin/false'],
    ['', 0, 'Exit 0'],
    ['Hello, world', 0, 'answers instead of the probe'],
  ])('%j, exit %i', (output, exitCode, advice) => {
    const { hint } = failureText({ code: 'probe/no-answer', host: 'h', user: 'u', exitCode, output });
    expect(hint).toContain(advice);
  });
});

describe('when the login was refused', () => {
  const refused = (part: Partial<Extract<Failure, { code: 'ssh/auth-refused' }>>) =>
    failureText({
      ...{
        code: 'ssh/auth-refused',
        host: 'h',
        port: 22,
        user: 'u',
        offered: ['id'],
        methods: ['publickey'],
      },
      ...{ untried: 0, notes: [], ...part },
    });

  test.each([
    [{}, 'authorized_keys'],
    [{ methods: [] }, 'authorized_keys'],
    [{ methods: ['publickey', 'password'] }, 'authorized_keys'],
    [
      { methods: ['password', 'keyboard-interactive'] },
      'wants password or keyboard-interactive from a person',
    ],
    [{ untried: 2 }, 'ssh.identity_file'],
  ])('%j', (part, advice) => {
    expect(refused(part).hint).toContain(advice);
  });

  test('what was offered, and what kept other keys from it', () => {
    expect(refused({ offered: [], methods: [] }).message).toBe(
      'u@h: permission denied (publickey); offered no key',
    );
    expect(refused({ offered: ['a', 'b'], untried: 2, notes: ['x', 'y'] }).message).toBe(
      'u@h: permission denied (publickey); offered a, b and left 2 more; x; y',
    );
  });
});

describe('when sudo or doas did not run the probe', () => {
  const failed = (become: 'sudo' | 'doas', kind: ElevationTrouble, output = '') =>
    failureText({ code: 'probe/elevation-failed', host: 'h', user: 'u', become, kind, output });

  test.each<readonly ['sudo' | 'doas', ElevationTrouble, string]>([
    ['sudo', 'password-required', 'Put the password into SSHDRIFT_BECOME_PASSWORD'],
    ['doas', 'password-required', 'permit nopass u as root cmd sh'],
    ['sudo', 'wrong-password', 'Correct SSHDRIFT_BECOME_PASSWORD'],
    ['sudo', 'tty-required', 'Defaults:u !requiretty'],
    ['sudo', 'denied', 'u ALL=(root) NOPASSWD: /bin/sh'],
    ['doas', 'denied', 'permit nopass u as root cmd sh'],
    ['doas', 'absent', 'Install doas'],
  ])('%s: %s', (become, kind, advice) => {
    expect(failed(become, kind).hint).toContain(advice);
  });

  test('what the server said is quoted, if it said anything', () => {
    expect(failed('sudo', 'denied').message).toBe('u@h: sudo did not run the probe: it refuses');
    expect(failed('sudo', 'denied', 'no').message).toBe(
      'u@h: sudo did not run the probe: it refuses; the server said "no"',
    );
  });
});

test.each([
  ['/k/id', 'UNPROTECTED: mode 0644', 'chmod 600 /k/id'],
  ['SSH_PRIVATE_KEY', 'not a key', 'from its BEGIN line'],
  ['/k/id.pub', 'is a public key; ssh-add knows', 'ssh-add /k/id'],
  ['no file', 'neither is set', 'ssh-keygen -t ed25519'],
  ['/k/id', 'not a key', 'ssh-keygen -y -f /k/id'],
  ['the agent', 'not a key', 'ssh-keygen -y -f KEY'],
])('a key of %s that is of no use: %s', (source, detail, advice) => {
  expect(failureText({ code: 'ssh/key-unusable', source, detail }).hint).toContain(advice);
});

describe('a jump host', () => {
  const failed = (why: Extract<Failure, { code: 'ssh/jump-failed' }>['why']) =>
    failureText({ code: 'ssh/jump-failed', host: 'h', port: 22, jump: 'j@gate:22', why });

  test('that fails itself gives its own reason and advice', () => {
    const failure: Failure = { code: 'ssh/refused', host: 'gate', port: 22 };
    const own = failureText(failure);
    expect(failed({ kind: 'hop', failure })).toEqual({
      message: `h is behind the jump host j@gate:22: ${own.message}`,
      hint: own.hint,
    });
  });

  test('that may not pass on, or cannot', () => {
    expect(failed({ kind: 'forward', prohibited: true, detail: '' }).hint).toContain('AllowTcpForwarding');
    const { message, hint } = failed({ kind: 'forward', prohibited: false, detail: 'no route' });
    expect(message).toBe('jump host j@gate:22 cannot connect to h port 22: no route');
    expect(hint).not.toContain('AllowTcpForwarding');
  });
});

test('what servers say is cut, however long it is', () => {
  const { message } = failureText({ code: 'ssh/protocol', host: 'h', detail: 'x'.repeat(5000) });
  expect(message).toBe(`h: ${'x'.repeat(997)}…`);
});

describe('what is quoted', () => {
  test('the first or the last of it, without blanks around and without secrets', () => {
    const said = Buffer.from(`\n first ${'x'.repeat(300)} last \n`);
    expect(firstWords(said)).toBe(`first ${'x'.repeat(194)}`);
    expect(lastWords(said)).toBe(`${'x'.repeat(195)} last`);
    expect(firstWords(Buffer.from('password: hunter2'))).not.toContain('hunter2');
    expect(lastWords(Buffer.from('password: hunter2'))).not.toContain('hunter2');
  });

  test('of much only the ends are looked at', () => {
    const much = Buffer.from(`begin${'x'.repeat(10_000)}end`);
    expect([firstWords(much).slice(0, 5), lastWords(much).slice(-3)]).toEqual(['begin', 'end']);
    expect(firstWords(Buffer.from(`${' '.repeat(4096)}late`))).toBe('');
    expect(lastWords(Buffer.from(`early${' '.repeat(4096)}`))).toBe('');
  });

  test('secrets are hidden in what others said, also behind a jump host; our own words stay', () => {
    const inner: Failure = {
      ...{ code: 'ssh/proxy-failed', host: 'password: ours', program: 'nc' },
      ...{ detail: 'token=hunter2', output: 'password: hunter2' },
    };
    const failure: Failure = {
      ...{ code: 'ssh/jump-failed', host: 'h', port: 22, jump: 'j' },
      why: { kind: 'hop', failure: inner },
    };
    const shown = JSON.stringify(withoutQuotedSecrets(failure));
    expect(shown).not.toContain('hunter2');
    expect(shown).toContain('password: ours');
    expect(withoutQuotedSecrets({ offered: ['a'], port: 22 })).toEqual({ offered: ['a'], port: 22 });
  });
});
