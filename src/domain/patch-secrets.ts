import { fileText } from './file-text.ts';
import type { Hunk } from './line-diff.ts';
import { secretLines } from './redact.ts';

/** True if one of the lines that the hunks show holds a secret, or a part of one. */
export function hunksShowSecrets(hunks: readonly Hunk[], git: Buffer | null, server: Buffer | null): boolean {
  const secrets = { git: linesOf(git), server: linesOf(server) };
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
export const holdsSecrets = (contents: Buffer | null): boolean => linesOf(contents).size > 0;

const linesOf = (contents: Buffer | null): ReadonlySet<number> =>
  contents ? secretLines(fileText(contents)) : new Set();
