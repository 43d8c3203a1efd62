import { firstLines } from '../domain/first-lines.ts';
import { showPath } from '../domain/remote-path.ts';
import { UserError } from '../domain/user-error.ts';
import type { World } from './world.ts';

/** Asks whether these files may be replaced. Throws a UserError if not, or if nobody can be asked. */
export async function confirmOverwrite(
  files: readonly string[],
  { stderr, terminal }: Pick<World, 'stderr' | 'terminal'>,
): Promise<void> {
  if (files.length === 0) return;
  const shown = files.map(showPath);
  if (terminal === null)
    throw new UserError(
      `${files.length === 1 ? 'a file is' : 'files are'} there already:\n${firstLines(shown)}`,
      'Nothing was written. `--force` overwrites them, `-C DIR` writes elsewhere.',
    );
  stderr.write(`These files are there already:\n${shown.map(file => `  ${file}\n`).join('')}`);
  const answer = await terminal.ask('Overwrite them? [y/N] ', { echo: true });
  if (!/^y(es)?$/i.test((answer ?? '').trim()))
    throw new UserError('nothing was written', '`-C DIR` writes elsewhere.');
}
