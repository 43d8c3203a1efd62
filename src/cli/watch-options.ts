// The options of `watch`, as commander knows them and as the command takes them.

import { type Command, Option } from 'commander';
import {
  addDiffOptions,
  addPostOptions,
  addReachOptions,
  addSelectionOptions,
  type CheckOptions,
  duration,
  wholeNumber,
} from './check-options.ts';

export const WATCH_FORMATS = ['text', 'json'] as const;

/** What commander hands to the command. Times are milliseconds. */
export interface WatchOptions
  extends Omit<
    CheckOptions,
    'format' | 'output' | 'pushgatewayUrl' | 'promFile' | 'failOn' | 'exitZero' | 'preDeploy' | 'timeout'
  > {
  readonly format: (typeof WATCH_FORMATS)[number];
  readonly interval: number;
  readonly heartbeat: number;
  /** Undefined: for ever. */
  readonly rounds?: number;
}

/** Adds the options of a watch to a command. */
export function addWatchOptions(command: Command): Command {
  addSelectionOptions(command)
    .addOption(
      new Option('--interval <time>', 'how often each server is asked')
        .argParser(duration)
        .default(30_000, '30s'),
    )
    .addOption(
      new Option('--heartbeat <time>', 'how often each status is posted while nothing changes')
        .argParser(duration)
        .default(120_000, '2m'),
    )
    .addOption(
      new Option('--rounds <n>', 'end after so many rounds, with the exit code of the last one').argParser(
        wholeNumber(1, 1_000_000_000),
      ),
    )
    .addOption(
      new Option('--format <format>', 'text, or a line of JSON for each change')
        .choices(WATCH_FORMATS)
        .default('text'),
    );
  return addPostOptions(
    addReachOptions(addDiffOptions(command))
      .option('-q, --quiet', 'say nothing of servers that are in sync at first')
      .option('-v, --verbose', 'print files in sync, too')
      .option('--no-progress', 'do not show on stderr how things stand')
      .option('--no-color', 'no colours (env NO_COLOR, FORCE_COLOR)'),
  );
}
