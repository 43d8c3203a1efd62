// The wrapper that carries a script through any login shell as one command argument, so that it costs no extra round
// trip and no start-up file that reads stdin can eat it. Inside single quotes only printable ASCII without `'`, `\` (but
// as the start of an octal escape) and `!` is left: nothing that sh, bash, zsh, ksh, csh, tcsh or fish would interpret.

import { LONGEST_ELEVATION } from './elevate.ts';
import type { AskedFile, Question } from './question.ts';
import { escapeBytes, parameters, SCRIPT } from './script.ts';

/** Longest command in bytes, with all that stands in front: dropbear cuts the connection at about 9,000 (MAX_CMD_LEN), OpenSSH on Linux at 131,071. */
export const COMMAND_LIMIT = 8900;

/** The shell command that runs a script, given as a binary string, with one escaped argument. */
export const wrap = (script: string, argument: string): string => wrapEscaped(escapeBytes(script), argument);

const wrapEscaped = (script: string, argument: string): string =>
  `sh -c 'eval "$(printf %b "$0")"' '${script}' '${argument}'`;

/** Once for all servers. */
const ESCAPED_SCRIPT = escapeBytes(SCRIPT);

/** The command that asks a question. What elevates it goes in front. */
export const probeCommand = (question: Question, nonce: string): string =>
  wrapEscaped(ESCAPED_SCRIPT, parameters(question, nonce));

/**
 * Cuts a question into parts whose commands fit {@link COMMAND_LIMIT}, in order. One part nearly always; then found
 * files are inspected in the same exec. With more parts, globs only name what they find, since a part does not know
 * all asked files: the caller asks about the found ones afterwards. A single path too long for any command is left in
 * a part of its own, which only dropbear would refuse.
 */
export function splitQuestion(question: Question): readonly Question[] {
  const fits = (part: Question): boolean =>
    probeCommand(part, '0'.repeat(32)).length + LONGEST_ELEVATION <= COMMAND_LIMIT;
  if (fits(question)) return [question];

  const part = (files: readonly AskedFile[], globs: Question['globs']): Question => ({
    ...question,
    files,
    globs,
    found: 'name',
  });
  const parts: Question[] = [];
  let current = part([], []);
  const add = (next: Question, alone: Question): void => {
    if (fits(next)) current = next;
    else {
      if (current.files.length + current.globs.length > 0) parts.push(current);
      current = alone;
    }
  };
  for (const file of question.files) add(part([...current.files, file], []), part([file], []));
  for (const glob of question.globs) add(part(current.files, [...current.globs, glob]), part([], [glob]));
  return [...parts, current];
}
