// The options of `watch`, as commander knows them and as the command takes them.

import { type Command, Option } from 'commander';
import { UserError } from '../domain/user-error.ts';
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

/** Options of `check` that a watch is asked for. */
const ELSEWHERE = ['--pushgateway-url <url>', '--prom-file <file>'];

const elsewhere = (flags: string): Option =>
  new Option(flags).hideHelp().argParser(() => {
    const [option] = flags.split(' ');
    throw new UserError(
      `a watch has no ${option}: it is for a check`,
      `Let Prometheus scrape /metrics of \`sshdrift serve\`, where \`--status-url\` posts to, or run \`sshdrift check ${option}\` by cron.`,
    );
  });

/** Said once where the variable is set for checks: a watch that runs beside them need not fail for it. */
export const NOT_PUSHED =
  'sshdrift: warning: PUSHGATEWAY_URL is for `sshdrift check`: a watch posts statuses (`--status-url`), and pushes nothing\n';

/** Adds the options of a watch to a command. */
export function addWatchOptions(command: Command): Command {
  for (const option of ELSEWHERE) command.addOption(elsewhere(option));
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
