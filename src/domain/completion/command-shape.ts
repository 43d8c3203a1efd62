// The command line as data, for the completion scripts.

export interface ProgramShape extends OptionsShape {
  readonly commands: readonly CommandShape[];
}

export interface CommandShape extends OptionsShape {
  readonly name: string;
  readonly description: string;
  /** What every argument is. */
  readonly argument: Value;
}

interface OptionsShape {
  readonly options: readonly OptionShape[];
}

export interface OptionShape {
  /** `['-i', '--inventory']` */
  readonly flags: readonly string[];
  readonly description: string;
  readonly repeatable: boolean;
  /** Null for an option without a value. */
  readonly value: Value | null;
}

/** What may stand in a place; `anything` is what cannot be completed, `outputs` is WORD=FILE. */
export type Value =
  | { readonly kind: 'anything' | 'file' | 'directory' | 'servers' }
  | { readonly kind: 'words' | 'outputs'; readonly words: readonly string[] };

/** The hidden call that prints the names of the servers of an inventory, one on a line. */
export const LIST_SERVERS = 'sshdrift completion --servers';

/** All flags of some options, in their order. */
export const flagsOf = (options: readonly OptionShape[]): readonly string[] =>
  options.flatMap(({ flags }) => flags);
