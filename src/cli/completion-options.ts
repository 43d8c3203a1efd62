/** The shells that there are scripts for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What commander hands to the command; the options are those of the scripts. */
export interface CompletionOptions {
  readonly servers?: boolean;
  readonly inventory?: string;
}
