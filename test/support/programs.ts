import { describe, type SuiteAPI, type TestAPI, test } from 'vitest';
import { findProgram } from './find-program.ts';
import { isolation } from './isolation.ts';
import PROGRAMS from './programs.json' with { type: 'json' };

/** Vitest's `test` and `describe`, or variants that skip. */
export interface Tests {
  readonly test: TestAPI;
  readonly describe: SuiteAPI;
}

function testsUnless(reason: string | null): Tests {
  if (reason !== null) console.warn(`skipped: ${reason}`);
  return {
    test: test.skipIf(reason !== null) as TestAPI,
    describe: describe.skipIf(reason !== null) as SuiteAPI,
  };
}

/**
 * The tests of a file or a block that runs these programs: `const { test } = needs('sshd', 'ssh')`. They are skipped,
 * with the reason, where one is missing; in CI that throws. Every name must stand in programs.json, so that
 * prepare.mjs can install it.
 */
export function needs(...names: readonly string[]): Tests {
  const unlisted = names.find(name => !PROGRAMS.some(program => program.name === name));
  if (unlisted !== undefined) throw new Error(`${unlisted} is not listed in test/support/programs.json`);
  const missing = names.filter(name => findProgram(name) === null);
  if (missing.length > 0 && process.env.CI) throw new Error(`missing in CI: ${missing.join(', ')}`);
  return testsUnless(missing.length > 0 ? `no ${missing.join(', ')} here` : null);
}

/**
 * As {@link needs}, for tests that need an SSH server with an /etc of its own. In a container without privileges they
 * are skipped, in CI too: nothing could be installed to help.
 */
export function needsOwnEtc(...names: readonly string[]): Tests {
  const tests = needs('sshd', 'ssh-keygen', 'unshare', 'nsenter', ...names);
  return isolation() === 'none' ? testsUnless('this machine allows no mount namespace') : tests;
}
