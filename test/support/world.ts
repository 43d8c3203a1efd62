import { userInfo } from 'node:os';
import type { World } from '../../src/cli/world.ts';

/** A world of which a test names only what it cares for; nothing of the caller's environment is in it. */
export function worldOf(
  given: Pick<World, 'env' | 'cwd'> & Partial<World>,
): World & { readonly said: () => string } {
  const said: string[] = [];
  const output = {
    write: (text: string | Buffer) => void said.push(`${text}`),
    isTTY: false,
    columns: () => 80,
    isClosed: () => false,
  };
  const { homedir, username } = userInfo();
  return {
    version: '0.0.0',
    home: homedir,
    userName: username,
    stdout: output,
    stderr: output,
    terminal: null,
    signal: new AbortController().signal,
    ...given,
    said: () => said.join(''),
  };
}
