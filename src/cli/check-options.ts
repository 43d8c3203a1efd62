// The options of `check`, as commander knows them and as the command takes them.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../domain/duration.ts';
import { parseShard, type Shard } from '../domain/shard.ts';
import type { Bound } from '../engine/slots.ts';
import { ANY_DRIFT, DESTROYED, FAIL_WORDS } from './fail-on.ts';

export const FORMATS = ['text', 'json', 'payload', 'patch', 'junit', 'markdown', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** `-o FORMAT=FILE`. */
export interface OutputFile {
  readonly format: Format;
  readonly file: string;
}

export const PAYLOADS = ['standard', 'extended'] as const;

/** What commander hands to the command. */
export interface CheckOptions {
  readonly inventory?: string;
  readonly ref?: string;
  readonly select: readonly string[];
  readonly format: Format;
  readonly output: readonly OutputFile[];
  /** Undefined: by the terminal and CI. */
  readonly diff?: boolean;
  readonly context: number;
  readonly showSecrets?: boolean;
  readonly statusUrl?: string;
  /** False with `--no-post`. */
  readonly post: boolean;
  readonly postUnknown?: boolean;
  readonly pushgatewayUrl?: string;
  readonly promFile?: string;
  /** Undefined for a command that posts nothing: standard. */
  readonly payload?: (typeof PAYLOADS)[number];
  readonly exitZero?: boolean;
  readonly failOn?: string;
  /** It is `pre-deploy` that runs: the text report looks from the servers to Git. */
  readonly preDeploy?: true;
  /** Undefined: as many as is good for them and us. */
  readonly concurrency?: number;
  readonly shard?: Shard;
  readonly sshConfig?: string;
  readonly connectTimeout?: number;
  readonly timeout: number;
  /** False with `--no-progress`. */
  readonly progress: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** False with `--no-color`. */
  readonly color: boolean;
}

const isFormat = (word: string): word is Format => (FORMATS as readonly string[]).includes(word);

export const duration = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === null || ms <= 0)
    throw new InvalidArgumentError('It takes a time with its unit, like 500ms, 10s or 2m.');
  return ms;
};

export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max) {
      throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
    }
    return number;
  };

const shard = (text: string): Shard => {
  const share = parseShard(text);
  if (share === null) throw new InvalidArgumentError('It takes I/N, like 1/4 for the first of four shares.');
  return share;
};

const repeated = (text: string, before: readonly string[]): readonly string[] => [...before, text];

const outputFile = (text: string, before: readonly OutputFile[]): readonly OutputFile[] => {
  const at = text.indexOf('=');
  const format = text.slice(0, at);
  if (at < 1 || !isFormat(format) || text.length === at + 1) {
    throw new InvalidArgumentError(`It takes FORMAT=FILE; the formats are ${FORMATS.join(', ')}.`);
  }
  return [...before, { format, file: text.slice(at + 1) }];
};

/** node_exporter reads no others. */
const promFile = (text: string): string => {
  if (!text.endsWith('.prom')) throw new InvalidArgumentError('It takes a file whose name ends in .prom.');
  return text;
};

/** `--shard I/N`, of every command that asks many servers. */
export const shardOption = (): Option =>
  new Option('--shard <i/n>', 'only this share of the servers, of n that together are all').argParser(shard);

/**
 * Servers asked at the same time. Within one site nothing is gained beyond 16 to 32; far ones are not busy with us most of
 * the time, and then there are more. A number that the operator names is the limit, whatever servers do.
 */
export const atOnce = ({ concurrency }: Pick<CheckOptions, 'concurrency'>): Bound =>
  concurrency === undefined ? { busy: 32, open: 256 } : { busy: concurrency, open: concurrency };

/** Flags and description of the option that says whose ssh configuration counts. */
export const SSH_CONFIG = [
  '--ssh-config <file>',
  'OpenSSH configuration to go by, or none; default: your own, and none if CI or SSH_PRIVATE_KEY is set',
] as const;

/** `--select KEY=VALUE`, of every command that takes servers. */
export const selectOption = (): Option =>
  new Option('--select <key=value>', 'only servers with this label; repeatable')
    .argParser(repeated)
    .default([], 'all');

/** `--ref REV`, of every command that reads Git copies. */
export const refOption = (): Option =>
  new Option('--ref <rev>', 'compare with the copies committed there; default: the working tree');

/** Which servers, and which copies. */
export const addSelectionOptions = (command: Command): Command =>
  command
    .option('-i, --inventory <file>', 'inventory; default: inventory.yaml here or in a directory above')
    .addOption(selectOption())
    .addOption(shardOption())
    .addOption(refOption());

/** How much is shown. */
export const addDiffOptions = (command: Command): Command =>
  command
    .option(
      '--diff',
      'show what differs; default: on a terminal, in html and markdown, and not when CI is set',
    )
    .option('--no-diff', 'show file names only')
    .addOption(
      new Option('--context <lines>', 'lines around a difference').argParser(wholeNumber(0, 1000)).default(3),
    )
    .option('--show-secrets', 'do not redact passwords and keys in diffs and patches');

/** How servers are reached. */
export const addReachOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--concurrency <n>',
        'servers asked at the same time; default: 32, and more while some are slow',
      ).argParser(wholeNumber(1, 1000)),
    )
    .option(...SSH_CONFIG)
    .addOption(
      new Option('--connect-timeout <time>', 'to reach a server; default: inventory, else 10s').argParser(
        duration,
      ),
    );

/** Where statuses go. */
export const addPostOptions = (command: Command): Command =>
  command
    .option('--status-url <url>', 'post each status there (env GITOPS_STATUS_SERVER_URL)')
    .option('--no-post', 'post and push nothing')
    .option('--post-unknown', 'post servers that could not be compared, too')
    .addOption(
      new Option('--payload <payload>', 'extended adds reason, origin, fingerprint and more to each status')
        .choices(PAYLOADS)
        .default('standard'),
    );

/** Adds the options of every command that compares servers. `failOn` is what fails the run by default. */
function addCompareOptions(command: Command, failOn: string): Command {
  addSelectionOptions(command)
    .addOption(new Option('--format <format>', 'what to print on stdout').choices(FORMATS).default('text'))
    .addOption(
      new Option('-o, --output <format=file>', 'write another report to a file; repeatable')
        .argParser(outputFile)
        .default([], 'none'),
    );
  addDiffOptions(command)
    .option('--exit-zero', 'exit 0 on drift; errors still exit 1')
    .option('--fail-on <list>', `exit 2 only for these; default: ${failOn}; also: ${others(failOn)}`);
  return addReachOptions(command)
    .addOption(
      new Option('--timeout <time>', 'for the whole run; then what is known is reported')
        .argParser(duration)
        .default(90_000, '90s'),
    )
    .option('-q, --quiet', 'print only servers that are not in sync')
    .option('-v, --verbose', 'print files in sync, too')
    .option('--no-progress', 'do not show on stderr how far it is')
    .option('--no-color', 'no colours (env NO_COLOR, FORCE_COLOR)');
}

/** Adds the options of a check to a command. */
export const addCheckOptions = (command: Command): Command =>
  addPostOptions(addCompareOptions(command, ANY_DRIFT.join()))
    .option('--pushgateway-url <url>', 'push gitops_sync_status there, too (env PUSHGATEWAY_URL)')
    .addOption(
      new Option('--prom-file <file>', "write metrics for node_exporter's textfile collector").argParser(
        promFile,
      ),
    );

/** Adds the options of a review before a deploy, which never posts. */
export const addPreDeployOptions = (command: Command): Command =>
  addCompareOptions(command, DESTROYED.join());

const others = (failOn: string): string =>
  FAIL_WORDS.filter(word => !failOn.split(',').includes(word)).join();
