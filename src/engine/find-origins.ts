// Says where the contents of drifted files come from, server by server. The history is read once, for all servers, and
// only when there is drift to explain. Files that wait for it are followed through it together: walking it is what takes
// long.

import type { CommitHistory } from '../domain/commit-history.ts';
import type { Layers } from '../domain/committed-as.ts';
import { fileHistories } from '../domain/file-history.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import type { Origin } from '../domain/origin.ts';
import { byPath } from '../domain/remote-path.ts';
import type { ServerReport } from '../domain/report.ts';
import { originOf } from './origin-of.ts';
import type { CopyPlace, History, Ports } from './ports.ts';
import { remembered } from './remembered.ts';

/** The report, with an origin for every modified file, and for every unmanaged one that Git once had. */
export type FindOrigins = (report: ServerReport, layers: readonly string[]) => Promise<ServerReport>;

/** Milliseconds for the comparison with committed versions in all. */
const COMPARE_MS = 5000;

/** Finds origins one server after the other, in the order in which it is asked. */
export function createFindOrigins(history: History, now: Ports['now']): FindOrigins {
  const contents = remembered(history.contents);
  /** The same bytes on several servers are looked up once. */
  const known = new Map<string, Origin | null>();
  const followed = new Map<string, Layers>();
  const waiting = new Map<string, CopyPlace>();
  let leftMs = COMPARE_MS;
  let turn: Promise<unknown> = Promise.resolve();

  const follow = async (commits: CommitHistory): Promise<void> => {
    const places = [...waiting];
    waiting.clear();
    const paths = await Promise.all(places.map(([, place]) => history.locate(place)));
    const wanted = [...new Set(paths.flat().filter(path => path !== null))].sort(byPath);
    const histories = fileHistories(commits, wanted);
    for (const [index, [key]] of places.entries())
      followed.set(
        key,
        (paths[index] ?? []).flatMap(path => (path === null ? [] : (histories.get(path) ?? []))),
      );
  };
  const lookUp = async (file: FileVerdict, key: string, commits: CommitHistory): Promise<Origin | null> => {
    const id = `${key}\0${file.verdict}\0${file.server?.sha256}`;
    const before = known.get(id);
    if (before !== undefined) return before;
    const began = now().getTime();
    const spent = (): number => now().getTime() - began;
    const isLate = (): boolean => spent() > leftMs;
    const origin = await originOf(file, followed.get(key) ?? [], { history: commits, contents, isLate });
    leftMs -= spent();
    known.set(id, origin);
    return origin;
  };
  const find = async (report: ServerReport, layers: readonly string[]): Promise<ServerReport> => {
    const commits = await history.read();
    if (typeof commits !== 'string' && waiting.size > 0) await follow(commits);
    const files = [];
    for (const file of report.files) {
      const key = keyOf({ layers, name: file.name });
      const origin = !isAsked(file)
        ? null
        : typeof commits === 'string'
          ? unknown(commits, file)
          : await lookUp(file, key, commits);
      files.push(origin ? { ...file, origin } : file);
    }
    return { ...report, files };
  };
  return (report, layers) => {
    for (const { name } of report.files.filter(isAsked)) {
      const place = { layers, name };
      if (!followed.has(keyOf(place))) waiting.set(keyOf(place), place);
    }
    const found = turn.then(() => find(report, layers));
    turn = found.catch(() => null);
    return found;
  };
}

/** Of an unmanaged file nothing is said then: nearly always Git never had it. */
const unknown = (reason: string, { verdict }: FileVerdict): Origin | null =>
  verdict === 'modified' ? { kind: 'unknown', reason } : null;

/** True if there is anything in a report that Git could explain. */
export const needsOrigins = ({ files }: ServerReport): boolean => files.some(isAsked);

/** An unmanaged file that does not count, such as one that a package ships, is no reason to read the history. */
const isAsked = ({ verdict, counted, server }: FileVerdict): boolean =>
  verdict === 'modified' || (verdict === 'unmanaged' && counted && server !== null && server.bytes !== null);

const keyOf = ({ layers, name }: CopyPlace): string => [...layers, name].join('\0');
