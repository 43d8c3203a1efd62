import { type Command, Option } from 'commander';
import type { Become } from '../domain/inventory.ts';
import { SSH_CONFIG } from './check-options.ts';

/** What commander hands to the command. */
export interface InitOptions {
  readonly directory: string;
  /** Empty for rsyslog's. */
  readonly watch: readonly string[];
  readonly root?: string;
  readonly become?: Become;
  readonly sshConfig?: string;
  readonly acceptHostKeys?: boolean;
  readonly force?: boolean;
}

/** Adds the options of `init`. */
export const addInitOptions = (command: Command): Command =>
  command
    .option('-C, --directory <dir>', 'where to write; made if it is not there', '.')
    .addOption(
      new Option('--watch <pattern>', 'path or glob to watch; repeatable')
        .argParser((text: string, before: readonly string[]) => [...before, text])
        .default([], '/etc/rsyslog.conf and /etc/rsyslog.d/*.conf'),
    )
    .option('--root <dir>', 'directory on the servers that `files` mirrors; default: /etc')
    .addOption(new Option('--become <program>', 'read as root').choices(['sudo', 'doas']))
    .option(...SSH_CONFIG)
    .option(
      '--accept-host-keys',
      'trust host keys that are not known yet, without a question; they are shown',
    )
    .option('--force', 'overwrite files without a question');
