// Writes what a watch tells on stdout: parts of the text report under a line with the time, or lines of JSON.

import { changeJson, changeLine } from '../render/change.ts';
import { createStyle, wantsColor } from '../render/style.ts';
import type { ReportStart } from '../render/text-pieces.ts';
import { ANY_DRIFT } from './fail-on.ts';
import { contentOf, textPiecesFor } from './render-document.ts';
import type { Told } from './tell-rounds.ts';
import type { WatchOptions } from './watch-options.ts';
import type { World } from './world.ts';

export interface WriteChange {
  readonly begin: (start: ReportStart) => void;
  readonly change: (told: Told, repo: string) => void;
  readonly end: (summary: string) => void;
}

/** With `--quiet` the first verdict on a server that is in sync is not written. */
export function createWriteChange(options: WatchOptions, world: World): WriteChange {
  const wish = { options: { ...options, quiet: false }, failOn: ANY_DRIFT, world };
  const content = contentOf(options.format, wish, 'stdout');
  const { isTTY } = world.stdout;
  const style = createStyle(wantsColor({ flag: options.color, env: world.env, isTTY }));
  const text = textPiecesFor(wish, 'stdout');
  const isText = options.format === 'text';
  return {
    begin: start => {
      if (isText) world.stdout.write(text.head(start));
    },
    change: ({ word, round, server, git }, repo) => {
      if (options.quiet && word === 'first' && server.status === 'SYNCED') return;
      const change = { word, from: round.before.verdict?.status ?? null, server, repo, git };
      // The part begins with the blank line that parts it from others.
      world.stdout.write(
        isText
          ? `\n${changeLine(change, style)}\n${text.server(server, git).trimStart()}`
          : changeJson(change, content),
      );
    },
    end: summary => {
      if (isText) world.stdout.write(`\n${summary}\n`);
    },
  };
}
