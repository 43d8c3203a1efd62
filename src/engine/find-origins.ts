// Fills in where the contents of drifted files come from. This is done to the finished report rather than server by server:
// so the history is read once, for all servers, and only when there is drift to explain; and a status is posted before Git
// is asked, which cannot delay or spoil it.

import { fileHistories } from '../domain/file-history.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import type { Origin } from '../domain/origin.ts';
import { byPath } from '../domain/remote-path.ts';
import type { Report } from '../domain/report.ts';
import { originOf } from './origin-of.ts';
import type { CopyPlace, History, HistoryAnswer, Ports, Target } from './ports.ts';
import { remembered } from './remembered.ts';

/** The report, with an origin for every modified file, and for every unmanaged one that Git once had. */
export async function findOrigins(
  report: Report,
  targets: readonly Target[],
  { history, now }: { readonly history: History; readonly now: Ports['now'] },
): Promise<Report> {
  const layersOf = new Map(targets.map(({ server }) => [server.name, server.scope.layers]));
  const places = new Map<string, CopyPlace>();
  for (const { server, files } of report.servers)
    for (const file of files.filter(isAsked)) {
      const place = { layers: layersOf.get(server) ?? [], name: file.name };
      places.set(keyOf(place), place);
    }
  if (places.size === 0) return report;

  const answer = await history.read([...places.values()]);
  const origins = typeof answer === 'string' ? unknown(answer) : lookup([...places.values()], answer);
  const servers = [];
  for (const server of report.servers) {
    const files = [];
    for (const file of server.files) {
      const origin = isAsked(file)
        ? await origins(keyOf({ layers: layersOf.get(server.server) ?? [], name: file.name }), file)
        : null;
      files.push(origin ? { ...file, origin } : file);
    }
    servers.push({ ...server, files });
  }
  return { ...report, servers };

  /** The same bytes on several servers are looked up once. */
  function lookup(asked: readonly CopyPlace[], { history: commits, paths }: HistoryAnswer): Lookup {
    const wanted = [...new Set(paths.flat().filter(path => path !== null))].sort(byPath);
    const histories = fileHistories(commits, wanted);
    const layers = new Map(
      asked.map((place, index) => [
        keyOf(place),
        (paths[index] ?? []).flatMap(path => (path === null ? [] : (histories.get(path) ?? []))),
      ]),
    );
    const known = new Map<string, Promise<Origin | null>>();
    const contents = remembered(history.contents);
    const deadline = now().getTime() + COMPARE_MS;
    return (key, file) => {
      const id = `${key}\0${file.verdict}\0${file.server?.sha256}`;
      const origin =
        known.get(id) ??
        originOf(file, layers.get(key) ?? [], {
          history: commits,
          contents,
          isLate: () => now().getTime() > deadline,
        });
      known.set(id, origin);
      return origin;
    };
  }
}

/** Milliseconds for the comparison with committed versions in all. */
const COMPARE_MS = 5000;

type Lookup = (key: string, file: FileVerdict) => Promise<Origin | null>;

/** Of an unmanaged file nothing is said then: nearly always Git never had it. */
const unknown =
  (reason: string): Lookup =>
  async (_, { verdict }) =>
    verdict === 'modified' ? { kind: 'unknown', reason } : null;

/** True if there is anything in a report that Git could explain. */
export const needsOrigins = ({ servers }: Report): boolean =>
  servers.some(({ files }) => files.some(isAsked));

const isAsked = ({ verdict, server }: FileVerdict): boolean =>
  verdict === 'modified' || (verdict === 'unmanaged' && server !== null && server.bytes !== null);

const keyOf = ({ layers, name }: CopyPlace): string => [...layers, name].join('\0');
