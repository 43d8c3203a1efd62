import { styleText } from 'node:util';

/** What text may be marked as; every function returns its text, with or without colour codes around it. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly unsure: (text: string) => string;
  readonly added: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly position: (text: string) => string;
  readonly heading: (text: string) => string;
}

/** A style with colours, or one that changes nothing. */
export function createStyle(on: boolean): Style {
  // Unless told not to, styleText of newer Node versions looks at this process's stdout and environment by itself.
  const paint =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      on && text !== '' ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: paint('green'),
    bad: paint(['bold', 'red']),
    unsure: paint(['bold', 'yellow']),
    added: paint('green'),
    removed: paint('red'),
    position: paint('cyan'),
    heading: paint('bold'),
  };
}

/** What decides about colour. `flag` is false if `--no-color` was given; `isTTY` is that of the stream written to. */
export interface ColorWish {
  readonly flag: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
}

/** By convention: `--no-color`, then NO_COLOR (no-color.org: unless empty), then FORCE_COLOR, then the terminal. */
export function wantsColor({ flag, env, isTTY }: ColorWish): boolean {
  if (!flag || env.NO_COLOR) return false;
  const force = env.FORCE_COLOR;
  if (force) return force !== '0' && force !== 'false';
  return isTTY && env.TERM !== 'dumb';
}
