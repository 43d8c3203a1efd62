import { expect, test } from 'vitest';
import { type ProgressChoice, type ProgressKind, progressKind } from '../../src/cli/progress.ts';
import { worldOf } from '../support/world.ts';

interface Case extends Partial<ProgressChoice> {
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

const CASES: readonly (readonly [what: string, ProgressKind, Case])[] = [
  ['a terminal', 'line', {}],
  ['a terminal, text on stdout', 'line', { streamed: true }],
  ['a dumb terminal', 'log', { env: { TERM: 'dumb' } }],
  ['a terminal of unknown kind', 'log', { env: {} }],
  ['a terminal without a name', 'log', { env: { TERM: '' } }],
  ['a terminal in CI', 'log', { env: { TERM: 'xterm', CI: 'true' } }],
  ['a log', 'log', { tty: false }],
  ['a log, text on stdout', 'none', { tty: false, streamed: true }],
  ['a dumb terminal, text on stdout', 'none', { env: { TERM: 'dumb' }, streamed: true }],
  ['--quiet', 'none', { quiet: true }],
  ['--quiet in a log', 'none', { quiet: true, tty: false }],
  ['--no-progress', 'none', { progress: false }],
  ['--no-progress in a log', 'none', { progress: false, tty: false }],
];

test.each(CASES)('%s: %s', (_, kind, { tty = true, env = { TERM: 'xterm' }, ...choice }) => {
  const stderr = { write: () => undefined, isTTY: tty, columns: () => 80, isClosed: () => false };
  const given = { progress: true, quiet: false, streamed: false, ...choice };
  expect(progressKind(given, worldOf({ cwd: '/', env, stderr }))).toBe(kind);
});
