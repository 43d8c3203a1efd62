// One change as Git writes it. Text comes as text only if it can be shown: what would do something to a terminal, or
// hide from a reviewer, goes into Git's binary form, which carries any bytes.

import { binaryPatch, ID_DIGITS, noBlob, type ObjectFormat } from '../domain/git-binary-patch.ts';
import { blobId } from '../domain/git-object.ts';
import { quoteGitPath } from '../domain/git-path.ts';
import { type Hunk, hunksOf } from '../domain/line-diff.ts';
import type { PatchChange } from '../domain/patch-change.ts';
import { holdsSecrets, hunksShowSecrets } from '../domain/patch-secrets.ts';
import { isPlainText } from '../domain/plain-text.ts';
import type { KeyGlobs } from '../domain/redact-keys.ts';
import { hunkRange } from './unified-diff.ts';

/** A change's part of a patch. */
export interface PatchFile {
  /** One character per byte. */
  readonly text: string;
  /** It shows something that redaction would hide. */
  readonly secret: boolean;
}

/** Git's own: fewer lines could apply at the wrong place in a file that was changed since. */
const CONTEXT = 3;

/** Writes one change; exact, whatever the size of the files. `also` are names of secrets, see redact-keys.ts. */
export function patchFile(change: PatchChange, format: ObjectFormat, also: KeyGlobs): PatchFile {
  const { from, to } = change;
  const head = headLines(change, format);
  const git = from?.bytes ?? null;
  const server = to?.bytes ?? null;
  if (git && server ? git.equals(server) : (git ?? server)?.length === 0)
    return { text: joined(head), secret: false };
  if ([git, server].some(side => side !== null && !isPlainText(side))) {
    const none = Buffer.alloc(0);
    return {
      text: joined(head) + binaryPatch(git ?? none, server ?? none),
      secret: holdsSecrets({ git, server }, also),
    };
  }
  const hunks = exactHunks(git, server);
  const names = [
    `--- ${from ? quoteGitPath(`a/${from.path}`) : '/dev/null'}`,
    `+++ ${to ? quoteGitPath(`b/${to.path}`) : '/dev/null'}`,
  ];
  return {
    text: joined([...head, ...names, ...hunks.flatMap(hunkLines)]),
    secret: hunksShowSecrets(hunks, { git, server }, also),
  };
}

const joined = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

/** What stands above the contents: names, modes, object names in full, as binary patches need them. */
function headLines({ from, to }: PatchChange, format: ObjectFormat): readonly string[] {
  const [a, b] = [from?.path ?? to?.path ?? '', to?.path ?? from?.path ?? ''];
  const lines = [`diff --git ${quoteGitPath(`a/${a}`)} ${quoteGitPath(`b/${b}`)}`];
  const sameMode = from && to && from.mode === to.mode;
  if (from && to && !sameMode) lines.push(`old mode ${from.mode}`, `new mode ${to.mode}`);
  if (!from && to) lines.push(`new file mode ${to.mode}`);
  if (from && !to) lines.push(`deleted file mode ${from.mode}`);
  if (a !== b) {
    lines.push('similarity index 100%', `rename from ${quoteGitPath(a)}`, `rename to ${quoteGitPath(b)}`);
  }
  const ids = [from, to].map(side => (side ? blobId(side.bytes, ID_DIGITS[format]) : noBlob(format)));
  if (ids[0] !== ids[1]) lines.push(`index ${ids.join('..')}${sameMode ? ` ${from.mode}` : ''}`);
  return lines;
}

/** The differences byte for byte, for which every byte is taken for one character. */
function exactHunks(git: Buffer | null, server: Buffer | null): readonly Hunk[] {
  const texts = { git: git?.toString('latin1') ?? null, server: server?.toString('latin1') ?? null };
  return hunksOf(texts, CONTEXT) ?? wholeFile(texts.git ?? '', texts.server ?? '');
}

/** Everything out, everything in: longer than it need be, and never wrong. */
function wholeFile(git: string, server: string): readonly Hunk[] {
  const [out] = hunksOf({ git, server: null }, 0) ?? [];
  const [into] = hunksOf({ git: null, server }, 0) ?? [];
  return [
    {
      gitStart: out?.gitStart ?? 0,
      gitLines: out?.gitLines ?? 0,
      serverStart: into?.serverStart ?? 0,
      serverLines: into?.serverLines ?? 0,
      lines: [...(out?.lines ?? []), ...(into?.lines ?? [])],
    },
  ];
}

const hunkLines = (hunk: Hunk): readonly string[] => [
  hunkRange(hunk),
  ...hunk.lines.flatMap(({ sign, text, unfinished }) =>
    unfinished ? [sign + text, '\\ No newline at end of file'] : [sign + text],
  ),
];
