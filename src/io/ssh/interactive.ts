// What a server wants to be asked of a person. Its words are escaped, shortened, and say from whom they come, so that a
// server cannot pass for another one, for sshdrift, or for the terminal.

import { escapeText } from '../../domain/escape.ts';
import type { Terminal } from './passphrases.ts';

export interface ServerQuestions {
  readonly name: string;
  readonly instructions: string;
  readonly prompts: readonly { readonly prompt: string; readonly echo?: boolean }[];
}

/** No honest server asks more at once. */
const MAX_PROMPTS = 16;
const MAX_LINES = 20;
const MAX_LENGTH = 300;

/** Asks all of it; null as soon as the person wants no more. `who` is `user@host`. */
export async function askAll(
  terminal: Terminal,
  who: string,
  { name, instructions, prompts }: ServerQuestions,
): Promise<readonly string[] | null> {
  const said = [name, instructions]
    .flatMap(text => text.split(/\r?\n/))
    .filter(line => line.trim() !== '')
    .slice(0, MAX_LINES)
    .map(line => `(${who}) ${shown(line)}\n`);
  const answers: string[] = [];
  for (const { prompt, echo } of prompts.slice(0, MAX_PROMPTS)) {
    const introduction = answers.length === 0 ? said.join('') : '';
    const typed = await terminal.ask(`${introduction}(${who}) ${shown(prompt)} `, { echo: echo === true });
    if (typed === null) return null;
    answers.push(typed);
  }
  return prompts.length > MAX_PROMPTS ? null : answers;
}

/** Asks for the account's password; null for none. */
export const askPassword = (terminal: Terminal, who: string, again: boolean): Promise<string | null> =>
  terminal.ask(`${again ? 'Permission denied, please try again.\n' : ''}(${who}) password: `, {
    echo: false,
  });

const shown = (text: string): string => escapeText(text.trimEnd().slice(0, MAX_LENGTH));
