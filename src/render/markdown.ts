// A report for a pull request's comment: a table of the servers that are not in sync, then what is wrong with each,
// folded. Comments are limited (GitHub: 65,536 characters), so that diffs are left out, and said to be, when it gets long.

import { escapeText } from '../domain/escape.ts';
import { failureText } from '../domain/failure-text.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import { originText } from '../domain/origin-text.ts';
import { byPath, showPath } from '../domain/remote-path.ts';
import { driftedFiles, type Report, type ServerReport, utcSeconds } from '../domain/report.ts';
import { reportHints } from '../domain/report-hints.ts';
import { type DiffView, verdictDiff } from '../domain/verdict-diff.ts';
import { diffLabels } from './diff-labels.ts';
import { fence, markdownCode, markdownText } from './markdown-text.ts';
import { createStyle } from './style.ts';
import { plural, STATUS_WORDS, summary } from './text.ts';
import { fileDetails, VERDICT_WORDS } from './text-file.ts';
import { gitText } from './text-heading.ts';
import { unifiedDiff } from './unified-diff.ts';

/** How the Markdown report is written. */
export interface MarkdownOptions extends DiffView {
  /** Show what differs in the files. */
  readonly diff: boolean;
}

const MOST_CHARACTERS = 60_000;
/** Of one server; a list that nobody reads to its end must not keep the other servers out. */
const MOST_FILES = 50;
const MOST_SERVERS = 100;

const ICONS = { SYNCED: '✅', OUT_OF_SYNC: '❌', UNKNOWN: '❔' } as const;

/** The whole report as Markdown; ends with a newline. */
export function renderMarkdown(report: Report, options: MarkdownOptions): string {
  const servers = report.servers.toSorted((a, b) => byPath(a.server, b.server));
  const wrong = servers.filter(server => server.status !== 'SYNCED' || server.warnings.length > 0);
  const inSync = servers
    .filter(server => server.status === 'SYNCED')
    .map(server => markdownCode(server.server));
  const head = [
    `### ${markdownText(summary(report))}`,
    '',
    `Repository ${markdownCode(report.repo)}, ${markdownText(gitText(report.git))}, checked ${utcSeconds(report.finishedAt)}.`,
    ...report.warnings.flatMap(warning => ['', `⚠️ ${markdownText(warning)}`]),
    ...(wrong.length > 0 ? ['', ...table(wrong.slice(0, MOST_SERVERS))] : []),
    ...(wrong.length > MOST_SERVERS ? ['', `… and ${wrong.length - MOST_SERVERS} more`] : []),
    ...(inSync.length > 0 ? ['', `✅ In sync: ${listed(inSync, MOST_SERVERS)}`] : []),
  ];
  let room = MOST_CHARACTERS - length(head);
  const blocks: string[] = [];
  let skipped = 0;
  for (const server of wrong) {
    const block = blockWithin(room, diff => details(server, report, { ...options, diff }), options.diff);
    if (!block) skipped += 1;
    else {
      blocks.push('', ...block);
      room -= length(block) + 1;
    }
  }
  const tail =
    skipped > 0 ? ['', `(${plural(skipped, 'more server')} left out: the comment would be too long.)`] : [];
  return `${[...head, ...blocks, ...tail].join('\n')}\n`;
}

const NO_DIFFS = ['', '(The diffs of this server are left out: the comment would be too long.)'];

/** A server's block if there is room for it; without its diffs, if that helps. */
function blockWithin(
  room: number,
  write: (diff: boolean) => readonly string[],
  diff: boolean,
): readonly string[] | null {
  // Too little for anything: not worth finding out what it would say.
  if (room < 200) return null;
  const full = write(diff);
  if (length(full) < room) return full;
  const short = diff ? [...write(false), ...NO_DIFFS] : full;
  return length(short) < room ? short : null;
}

const length = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length + 1, 0);

function listed(items: readonly string[], most: number): string {
  const rest = items.length - most;
  return items.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

const table = (servers: readonly ServerReport[]): readonly string[] => [
  '| server | status | drifted files | compared |',
  '| --- | --- | ---: | ---: |',
  ...servers.map(server => {
    const compared = server.failure ? 'nothing' : `${server.compared} of ${server.expected}`;
    const status = `${ICONS[server.status]} ${STATUS_WORDS[server.status]}`;
    return `| ${markdownCode(server.server)} | ${status} | ${driftedFiles(server).length} | ${compared} |`;
  }),
];

function details(server: ServerReport, report: Report, options: MarkdownOptions): readonly string[] {
  const files = server.files
    .filter(file => file.verdict !== 'in-sync')
    .toSorted((a, b) => byPath(a.name, b.name));
  const rest = files.length - MOST_FILES;
  const title = `<b>${markdownCode(server.server).replace(/^`(.*)`$/, '<code>$1</code>')}</b>: ${summaryOf(server)}`;
  return [
    '<details>',
    `<summary>${title}</summary>`,
    '',
    ...failureLines(server),
    ...server.warnings.map(warning => `- ⚠️ ${markdownText(warning)}`),
    ...reportHints(server).map(hint => `- ${markdownText(hint)}`),
    ...files.slice(0, MOST_FILES).flatMap(file => fileLines(file, server, { report, options })),
    ...(rest > 0 ? [`- … and ${plural(rest, 'more file')}`] : []),
    ...server.ignored.map(
      ({ name, reason, until }) =>
        `- ignored ${markdownCode(showPath(name))}: ${markdownText(reason)}${until === null ? '' : ` (until ${markdownText(until)})`}`,
    ),
    '',
    '</details>',
  ];
}

function summaryOf(server: ServerReport): string {
  if (server.failure) return 'could not be compared';
  const open = server.expected - server.compared;
  return [
    ...(server.status === 'SYNCED'
      ? ['in sync, with warnings']
      : [plural(driftedFiles(server).length, 'drifted file')]),
    ...(open > 0 ? [`${open} not compared`] : []),
  ].join(', ');
}

function failureLines({ failure }: ServerReport): readonly string[] {
  if (!failure) return [];
  const { message, hint } = failureText(failure);
  const lines = `${failure.code}: ${message}\nhint: ${hint}`.split('\n').map(escapeText);
  return [...fence(lines, 'text'), ''];
}

interface Context {
  readonly report: Report;
  readonly options: MarkdownOptions;
}

function fileLines(file: FileVerdict, server: ServerReport, { report, options }: Context): readonly string[] {
  const diff = options.diff || file.verdict === 'modified' ? verdictDiff(file, options) : null;
  const lines =
    file.verdict === 'modified' && diff?.kind === 'text' ? ` (+${diff.added} −${diff.removed})` : '';
  const origin = originText(file);
  const remarks = [...fileDetails(file, diff), ...(origin === null ? [] : [origin])].map(markdownText);
  const after = remarks.length > 0 ? `: ${remarks.join('; ')}` : '';
  const renamed = file.notes.some(note => note.code === 'renamed-to' || note.code === 'renamed-from');
  const shown = options.diff && diff && file.counted && !renamed;
  return [
    `- **${VERDICT_WORDS[file.verdict]}** ${markdownCode(showPath(file.name))}${lines}${after}`,
    ...(shown
      ? [
          '',
          ...fence(
            unifiedDiff(diff, diffLabels(file, server.server, report.git), createStyle(false)),
            'diff',
          ).map(line => `  ${line}`),
          '',
        ]
      : []),
  ];
}
