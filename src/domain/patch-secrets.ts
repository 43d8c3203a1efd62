import { fileText } from './file-text.ts';
import type { Hunk } from './line-diff.ts';
import { secretLines } from './redact.ts';
import type { KeyGlobs } from './redact-keys.ts';

/** Contents of both sides; null is a side without the file. */
interface Sides {
  readonly git: Buffer | null;
  readonly server: Buffer | null;
}

/** True if one of the lines that the hunks show holds a secret, or a part of one. */
export function hunksShowSecrets(hunks: readonly Hunk[], { git, server }: Sides, also: KeyGlobs): boolean {
  const secrets = { git: linesOf(git, also), server: linesOf(server, also) };
  if (secrets.git.size === 0 && secrets.server.size === 0) return false;
  return hunks.some(hunk => {
    let gitLine = hunk.gitStart;
    let serverLine = hunk.serverStart;
    return hunk.lines.some(({ sign }) => {
      const shown =
        (sign !== '+' && secrets.git.has(gitLine)) || (sign !== '-' && secrets.server.has(serverLine));
      if (sign !== '+') gitLine += 1;
      if (sign !== '-') serverLine += 1;
      return shown;
    });
  });
}

/** True if redaction would change anything in these contents. */
export const holdsSecrets = ({ git, server }: Sides, also: KeyGlobs): boolean =>
  linesOf(git, also).size > 0 || linesOf(server, also).size > 0;

const linesOf = (contents: Buffer | null, also: KeyGlobs): ReadonlySet<number> =>
  contents ? secretLines(fileText(contents), also) : new Set();
