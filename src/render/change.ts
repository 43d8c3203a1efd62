// What a watch says when something changes: a line with the time above the server's part of the text report, or one line
// of JSON, schema sshdrift/change/1.

import { FLAP_CHANGES, FLAP_ROUNDS, STEADY_ROUNDS, type Word } from '../domain/damping.ts';
import { escapeText } from '../domain/escape.ts';
import type { GitState, ServerReport, SyncStatus } from '../domain/report.ts';
import { utcSeconds } from '../domain/report.ts';
import type { DiffView } from '../domain/verdict-diff.ts';
import { jsonGit, jsonServer } from './json.ts';
import { jsonText } from './json-text.ts';
import type { Style } from './style.ts';
import { STATUS_WORDS } from './text.ts';

/** What is told of. */
export type ToldWord = Exclude<Word, 'quiet'>;

export interface Change {
  readonly word: ToldWord;
  /** The status that was told before; null for none. */
  readonly from: SyncStatus | null;
  readonly server: ServerReport;
  readonly repo: string;
  readonly git: GitState | null;
}

const SAID: Readonly<Record<ToldWord, (to: SyncStatus, from: SyncStatus | null) => string>> = {
  first: to => STATUS_WORDS[to],
  changed: (to, from) =>
    from === to || from === null
      ? `${STATUS_WORDS[to]}, the drift is another one`
      : `${STATUS_WORDS[to]}, was ${STATUS_WORDS[from]}`,
  flapping: to =>
    `${STATUS_WORDS[to]}, flapping: more than ${FLAP_CHANGES} changes in ${FLAP_ROUNDS} rounds; the next ones are not told until ${STEADY_ROUNDS} rounds were alike`,
  steady: to => `${STATUS_WORDS[to]}, steady again`,
};

/** `2026-04-21T10:30:00Z relay-1: out of sync, was in sync`, without a newline. */
export const changeLine = ({ word, from, server }: Change, style: Style): string =>
  style.heading(
    `${utcSeconds(server.checkedAt)} ${escapeText(server.server)}: ${SAID[word](server.status, from)}`,
  );

/** One line of JSON; ends with a newline. */
export const changeJson = (
  { word, from, server, repo, git }: Change,
  view: DiffView & { readonly diff: boolean },
): string =>
  jsonText(
    {
      schema: 'sshdrift/change/1',
      time: utcSeconds(server.checkedAt),
      repo,
      git: git && jsonGit(git),
      event: word,
      from,
      server: jsonServer(server, git, view),
    },
    0,
  );
