// What a deploy would do, to be read like a code review: from what is on the servers to what is in Git. It says STOP or GO
// for each server, and nothing here is a status: the lines that scripts look for belong to `check`.

import { escapeText } from '../domain/escape.ts';
import { failureText } from '../domain/failure-text.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import { byPath } from '../domain/remote-path.ts';
import type { GitState, Report, ServerReport } from '../domain/report.ts';
import { deployDiffLines, deployEntry } from './pre-deploy-file.ts';
import type { Style } from './style.ts';
import { notCompared } from './text.ts';
import { entry } from './text-file.ts';
import { reportHeading } from './text-heading.ts';
import type { TextOptions } from './text-options.ts';
import { piece, type TextPieces, wholeText } from './text-pieces.ts';

/** What the policy of the run says about a file: it stops the deploy, nobody can say, or it does not matter. */
export type Ruling = 'stops' | 'undecided' | 'passes';

export interface PreDeployOptions extends TextOptions {
  readonly ruling: (file: FileVerdict) => Ruling;
}

/** The whole review as text; ends with a newline. */
export const renderPreDeploy = (report: Report, options: PreDeployOptions): string =>
  wholeText(report, preDeployPieces(options));

/** The pieces of a review. */
export const preDeployPieces = (options: PreDeployOptions): TextPieces => ({
  head: start => {
    const legend = options.diff ? '- is the server now, + is what a deploy would put there\n' : '';
    return `${reportHeading(start, options.style)}\n${legend}`;
  },
  server: (server, git) => {
    const answer = answerOf(server, options.ruling);
    if (options.quiet && answer === 'go') return '';
    return piece(serverLines(server, answer, { git, options }));
  },
  tail: ({ servers, warnings }) => {
    const answers = servers.map(server => answerOf(server, options.ruling));
    const count = (wanted: Answer): string =>
      `${answers.filter(answer => answer === wanted).length} ${wanted}`;
    return piece([
      ...warnings.map(warning => `warning: ${escapeText(warning)}`),
      `${servers.length} ${servers.length === 1 ? 'server' : 'servers'}: ${[count('go'), count('stop'), count('unknown'), ...notCompared(servers)].join(', ')}`,
    ]);
  },
});

type Answer = 'go' | 'stop' | 'unknown';

function answerOf({ failure, files, status }: ServerReport, ruling: PreDeployOptions['ruling']): Answer {
  if (files.some(file => ruling(file) === 'stops')) return 'stop';
  if (failure || status === 'UNKNOWN') return 'unknown';
  const open = files.some(file => file.verdict === 'not-compared' || ruling(file) === 'undecided');
  return open ? 'unknown' : 'go';
}

const HEADS: Readonly<Record<Answer, (name: string, style: Style) => string>> = {
  go: (name, style) => style.good(`✓ GO ${name}`),
  stop: (name, style) => style.bad(`✗ STOP ${name}`),
  unknown: (name, style) => style.unsure(`? UNKNOWN ${name}`),
};

interface View {
  readonly git: GitState | null;
  readonly options: PreDeployOptions;
}

function serverLines(server: ServerReport, answer: Answer, view: View): readonly string[] {
  const { options } = view;
  const files = server.files
    .filter(file => options.verbose || file.verdict !== 'in-sync')
    .toSorted((a, b) => byPath(a.name, b.name));
  const { failure } = server;
  const text = failure && failureText(failure);
  return [
    HEADS[answer](escapeText(server.server), options.style),
    ...(failure && text ? [`  ${failure.code}: ${text.message}`, `  hint: ${text.hint}`] : []),
    ...files.flatMap(file => deployEntry(file, options)),
    ...server.warnings.map(warning => entry('warning', escapeText(warning))),
    ...(options.diff
      ? files.flatMap(file => deployDiffLines(file, { server: server.server, ...view, view: options }))
      : []),
  ];
}
