import type { FileVerdict } from './file-verdict.ts';
import { firstLines } from './first-lines.ts';
import { showPath } from './remote-path.ts';
import { type Found, isCopied } from './starting-repository.ts';
import { UserError } from './user-error.ts';
import { watchText } from './watch.ts';

/** Why a repository that begins with this would not be what the servers have, or null if nothing speaks against it. */
export function findingTrouble(found: readonly Found[]): UserError | null {
  const troubles = found.flatMap(one => troublesOf(one).map(text => `${one.server.name}: ${text}`));
  return troubles.length === 0
    ? null
    : new UserError(
        firstLines(troubles),
        'Nothing was written. `--become sudo` reads as root, `--watch` and `--root` say what to read; what changes just now is read by another try.',
      );
}

function troublesOf({ server, files }: Found): readonly string[] {
  const troubles = files.flatMap(file => troubleOf(file) ?? []);
  if (troubles.length > 0 || files.some(isCopied)) return troubles;
  const watched = server.scope.watch.map(watch => showPath(watchText(watch))).join(', ');
  return [files.length === 0 ? `there is no ${watched}` : `none of ${watched} can be copied`];
}

function troubleOf({ path, verdict, notes }: FileVerdict): string | null {
  if (verdict === 'not-compared') return `${showPath(path)} cannot be listed: permission denied`;
  return notes.some(({ code }) => code === 'changing')
    ? `${showPath(path)} changed while it was read, twice`
    : null;
}
