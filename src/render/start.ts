// What `sshdrift init` says in the end: what was written, what was not and why, and what to type next.

import { escapeText } from '../domain/escape.ts';
import { showPath } from '../domain/remote-path.ts';
import type { StartingRepository } from '../domain/starting-repository.ts';

export interface StartPlace {
  /** As messages show it. */
  readonly directory: string;
  /** What `--ssh-config` named; null for nothing. */
  readonly sshConfig: string | null;
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** Ends with a newline. */
export function renderStart(
  { files, servers, packaged, lacking }: StartingRepository,
  place: StartPlace,
): string {
  const layers = [...new Set(servers.flatMap(server => server.layers))];
  const rows: readonly (readonly [string, string])[] = [
    ...layers.map(
      layer => [`${layer}/`, count(files.filter(f => isIn(f.path, layer)).length, 'file')] as const,
    ),
    ['known_hosts', count(servers.length, 'server')],
    ['inventory.yaml', count(servers.length, 'server')],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const leftOut = servers.flatMap(({ name, leftOut: out }) =>
    out.map(file => `  ${name}: ${showPath(file.name)} ${file.reason}`),
  );
  const only = lacking.map(
    ({ name, servers: without }) => `  ${showPath(name)} is not on ${without.join(', ')}`,
  );
  const lines = [
    `Wrote to ${place.directory}:`,
    ...rows.map(([name, what]) => `  ${name.padEnd(width)}  ${what}`),
    ...section('Not copied, and ignored in inventory.yaml for this reason:', leftOut),
    ...section(
      'Left to the packages that shipped them; check counts them once they are modified:',
      packaged.map(({ name, package: by }) => `  ${showPath(name)} (${by})`),
    ),
    ...section(
      'In the overlays of the servers that have them, because a layer cannot take a file away:',
      only,
    ),
    '',
    `Next: ${next(place)}`,
  ];
  return `${lines.map(escapeText).join('\n')}\n`;
}

const isIn = (path: string, layer: string): boolean =>
  path.startsWith(`${Buffer.from(layer).toString('latin1')}/`);

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

const next = ({ directory, sshConfig }: StartPlace): string =>
  [
    ...(directory === '.' ? [] : [`cd ${quoted(directory)} && `]),
    'sshdrift check',
    ...(sshConfig === null ? [] : [` --ssh-config ${quoted(sshConfig)}`]),
  ].join('');

/** As a shell takes it. */
const quoted = (word: string): string =>
  /^[\w./~:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
