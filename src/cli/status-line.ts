// One line on stderr that is rewritten. Whatever else is written, or asked, meanwhile goes through the world that is handed
// out here, so that the line is taken away before and comes back after.

import type { Output, Terminal, World } from './world.ts';

export interface StatusLine {
  /** To be used for everything until the end. */
  readonly world: World;
  /** Takes the line away for good; safe to call twice. */
  readonly end: () => void;
}

/** What is shown, in fewer columns than given, and how often it is looked at, in milliseconds. */
export interface LineLook {
  readonly line: (columns: number) => string;
  readonly everyMs: number;
}

const CLEAR = '\r\u001b[K';

/** Begins to show the line; for the first time when `everyMs` have passed. */
export function showStatusLine({ line, everyMs }: LineLook, world: World): StatusLine {
  let visible = false;
  let asking = 0;

  const clear = (): void => {
    if (visible) world.stderr.write(CLEAR);
    visible = false;
  };
  const draw = (): void => {
    if (asking > 0) return;
    world.stderr.write(`${CLEAR}${line(world.stderr.columns())}`);
    visible = true;
  };
  const timer = setInterval(draw, everyMs);
  const behind = (output: Output): Output => ({
    ...output,
    write: text => {
      const again = visible;
      clear();
      output.write(text);
      if (again) draw();
    },
  });
  const asksBehind = (terminal: Terminal): Terminal => ({
    ask: async (question, options) => {
      asking += 1;
      clear();
      return terminal.ask(question, options).finally(() => {
        asking -= 1;
      });
    },
  });
  return {
    world: {
      ...world,
      stdout: behind(world.stdout),
      stderr: behind(world.stderr),
      terminal: world.terminal && asksBehind(world.terminal),
    },
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}

/** For a run that shows none. */
export const noStatusLine = (world: World): StatusLine => ({ world, end: () => undefined });
