// Writes what a watch tells on stdout: parts of the text report under a line with the time, or lines of JSON.

import { changeJson, changeLine } from '../render/change.ts';
import { createStyle, wantsColor } from '../render/style.ts';
import type { ReportStart, TextPieces } from '../render/text-pieces.ts';
import { ANY_DRIFT } from './fail-on.ts';
import type { LoadedFleet } from './load-fleet.ts';
import { contentOf, textPiecesFor } from './render-document.ts';
import type { Told } from './tell-rounds.ts';
import type { WatchOptions } from './watch-options.ts';
import type { World } from './world.ts';

export interface WriteChange {
  readonly begin: (start: ReportStart) => void;
  readonly change: (told: Told) => void;
  readonly end: (summary: string) => void;
}

/** With `--quiet` the first verdict on a server that is in sync is not written. */
export function createWriteChange(
  fleet: () => LoadedFleet,
  options: WatchOptions,
  world: World,
): WriteChange {
  /** Whatever the inventory calls a secret by now. */
  const wish = () => ({
    ...{ options: { ...options, quiet: false }, failOn: ANY_DRIFT, world },
    alsoSecret: fleet().alsoSecret,
  });
  const { isTTY } = world.stdout;
  const style = createStyle(wantsColor({ flag: options.color, env: world.env, isTTY }));
  let text = { of: fleet(), pieces: textPiecesFor(wish(), 'stdout') };
  const pieces = (): TextPieces => {
    if (text.of !== fleet()) text = { of: fleet(), pieces: textPiecesFor(wish(), 'stdout') };
    return text.pieces;
  };
  const isText = options.format === 'text';
  return {
    begin: start => {
      if (isText) world.stdout.write(pieces().head(start));
    },
    change: ({ word, round, server, git }) => {
      if (options.quiet && word === 'first' && server.status === 'SYNCED') return;
      const change = { word, from: round.before.verdict?.status ?? null, server, repo: fleet().repo, git };
      // The part begins with the blank line that parts it from others.
      world.stdout.write(
        isText
          ? `\n${changeLine(change, style)}\n${pieces().server(server, git).trimStart()}`
          : changeJson(change, contentOf(options.format, wish(), 'stdout')),
      );
    },
    end: summary => {
      if (isText) world.stdout.write(`\n${summary}\n`);
    },
  };
}
