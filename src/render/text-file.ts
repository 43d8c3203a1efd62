import { escapeText } from '../domain/escape.ts';
import { fileTime } from '../domain/file-time.ts';
import type { FileVerdict, Verdict } from '../domain/file-verdict.ts';
import type { FileDiff } from '../domain/line-diff.ts';
import { remarks } from '../domain/note-text.ts';
import { showPath } from '../domain/remote-path.ts';
import { packageText } from '../domain/shipped-by.ts';

/** The verdicts as people read them. */
export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'in-sync': 'in sync',
  modified: 'modified',
  missing: 'missing',
  unmanaged: 'unmanaged',
  metadata: 'metadata',
  'not-compared': 'not compared',
};

/** Verdicts that are drift unless the inventory says otherwise, which is then worth a word. */
const MAY_COUNT: Readonly<Record<Verdict, boolean>> = {
  'in-sync': false,
  modified: true,
  missing: true,
  unmanaged: true,
  metadata: true,
  'not-compared': false,
};

const WIDTH = Math.max(...Object.values(VERDICT_WORDS).map(word => word.length));

/** One indented line of a server's details; the text is safe already. */
export const entry = (word: string, text: string): string => `  ${word.padEnd(WIDTH)}  ${text}`;

/** Where it helps to know when the server's version came to be: what else happened at that time? */
const HAS_TIME: Readonly<Record<Verdict, boolean>> = {
  'in-sync': false,
  modified: true,
  missing: false,
  unmanaged: true,
  metadata: false,
  'not-compared': false,
};

/** The line of one file: verdict, name, lines added and removed on the server, remarks. */
export function fileEntry(file: FileVerdict, diff: FileDiff | null): string {
  const lines =
    file.verdict === 'modified' && diff?.kind === 'text' ? `  +${diff.added} -${diff.removed}` : '';
  const details = fileDetails(file, diff);
  const after = details.length > 0 ? `: ${details.join('; ')}` : '';
  return entry(VERDICT_WORDS[file.verdict], `${showPath(file.name)}${lines}${after}`);
}

/** What there is to say about a file besides its verdict; safe to print. */
export const fileDetails = (file: FileVerdict, diff: FileDiff | null): readonly string[] => [
  ...(MAY_COUNT[file.verdict] && !file.counted ? ['not counted as drift'] : []),
  ...(file.package ? [escapeText(packageText(file.package))] : []),
  ...(HAS_TIME[file.verdict] ? lastChanged(file) : []),
  ...(file.verdict === 'modified' && diff ? unshown(diff) : []),
  ...remarks(file.cause, file.notes),
];

function lastChanged({ server }: FileVerdict): readonly string[] {
  const time = server?.metadata ? fileTime(server.metadata.modifiedAt) : null;
  return time === null ? [] : [`last changed ${time}`];
}

/** Why a modified file has no line counts. What was not transferred has a note that says so. */
const UNSHOWN: {
  readonly [K in FileDiff['kind']]: (diff: Extract<FileDiff, { kind: K }>) => readonly string[];
} = {
  text: () => [],
  binary: () => ['is not text'],
  'too-large': diff => [diff.reason],
  unavailable: () => [],
};

const unshown = (diff: FileDiff): readonly string[] =>
  (UNSHOWN[diff.kind] as (d: FileDiff) => readonly string[])(diff);
