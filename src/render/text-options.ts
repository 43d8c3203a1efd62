import type { DiffView } from '../domain/verdict-diff.ts';
import type { Style } from './style.ts';

/** How the text report is written. */
export interface TextOptions extends DiffView {
  readonly style: Style;
  /** Show what differs in the files. */
  readonly diff: boolean;
  /** Leave servers out that are in sync. */
  readonly quiet: boolean;
  /** List files that are in sync, too. */
  readonly verbose: boolean;
}
