// The report for people, and for the scripts and runbooks that grep in it: DRIFTED_FILES= and SYNC_STATUS= stand at the
// start of a line and without colour, directly below the status line of their server. Everything else is indented, or
// begins with the sign of a diff, so that no file name and no file content can pass for one of these lines.

import { escapeText } from '../domain/escape.ts';
import { byPath } from '../domain/remote-path.ts';
import { driftedFiles, type Report, type SyncStatus } from '../domain/report.ts';
import { reportHeading } from './text-heading.ts';
import type { TextOptions } from './text-options.ts';
import { piece, type TextPieces, wholeText } from './text-pieces.ts';
import { renderServer } from './text-server.ts';

/** The whole report as text; ends with a newline. */
export const renderText = (report: Report, options: TextOptions): string =>
  wholeText(report, textPieces(options));

/** The pieces of one report; what the signs of a diff mean is said above the first. */
export function textPieces(options: TextOptions): TextPieces {
  let explained = false;
  return {
    head: start => `${reportHeading(start, options.style)}\n`,
    server: (server, git) => {
      if (options.quiet && server.status === 'SYNCED') return '';
      const { lines, diff } = renderServer(server, git, options);
      const legend = diff.length > 0 && !explained ? ['', '- is Git, + is the server'] : [];
      explained ||= diff.length > 0;
      return piece([...lines, ...legend, ...diff]);
    },
    tail: report =>
      piece([
        ...report.warnings.map(warning => `warning: ${escapeText(warning)}`),
        summary(report),
        ...attention(report),
      ]),
  };
}

/** The statuses as people read them. */
export const STATUS_WORDS: Readonly<Record<SyncStatus, string>> = {
  SYNCED: 'in sync',
  OUT_OF_SYNC: 'out of sync',
  UNKNOWN: 'unknown',
};

/** `3 servers: 1 in sync, 1 out of sync, 1 unknown; 2 drifted files`, and `, 1 file not compared` if there is one */
export function summary({ servers }: Report): string {
  if (servers.length === 0) return 'no server was checked';
  const drifted = servers.reduce((sum, server) => sum + driftedFiles(server).length, 0);
  const statuses = (Object.keys(STATUS_WORDS) as SyncStatus[]).map(status => {
    const count = servers.filter(server => server.status === status).length;
    return `${count} ${STATUS_WORDS[status]}`;
  });
  const files = [plural(drifted, 'drifted file'), ...notCompared(servers)];
  return `${plural(servers.length, 'server')}: ${statuses.join(', ')}; ${files.join(', ')}`;
}

/** `1 file not compared`, if there is any: without it nobody would see why a run exits with 1. */
export function notCompared(servers: Report['servers']): readonly string[] {
  const count = servers.flatMap(({ files }) => files).filter(file => file.verdict === 'not-compared').length;
  return count > 0 ? [`${plural(count, 'file')} not compared`] : [];
}

const LOOK_AT: readonly SyncStatus[] = ['OUT_OF_SYNC', 'UNKNOWN'];
const MOST_NAMES = 20;

/** Of several servers, which to look at: whoever comes to a long report begins at its end. */
function attention({ servers }: Report): readonly string[] {
  if (servers.length < 2) return [];
  return LOOK_AT.flatMap(status => {
    const names = servers.filter(server => server.status === status).map(server => server.server);
    if (names.length === 0) return [];
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
    const shown = names.toSorted(byPath).slice(0, MOST_NAMES).map(escapeText).join(', ');
    return [`  ${STATUS_WORDS[status]}: ${shown}${more}`];
  });
}

/** `1 server`, `2 servers`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
