import { execFileSync } from 'node:child_process';

/** Once before all tests: the tests of the command line run what users run, never a stale bundle. */
export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: new URL('../..', import.meta.url),
    stdio: 'inherit',
  });
}
