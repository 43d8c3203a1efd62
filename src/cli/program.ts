// The command line: argv in, an exit code out. Holds the one catch for operators' mistakes.

import { Argument, Command, CommanderError, Option } from 'commander';
import { printableLines } from '../domain/printable.ts';
import { UserError } from '../domain/user-error.ts';
import {
  addCheckOptions,
  addPreDeployOptions,
  type CheckOptions,
  refOption,
  SSH_CONFIG,
  selectOption,
} from './check-options.ts';
import { type CompletionOptions, SHELLS, type Shell } from './completion-options.ts';
import type { DemoOptions } from './demo-command.ts';
import type { DoctorOptions } from './doctor-command.ts';
import { EXIT, type ExitCode, interruptedCode } from './exit-code.ts';
import { GRAFANA_FILES, type GrafanaFile, type GrafanaOptions } from './grafana-options.ts';
import { addInitOptions, type InitOptions } from './init-options.ts';
import type { K8sOptions } from './k8s-command.ts';
import { mistakeText } from './mistake-text.ts';
import type { ProbeOptions } from './probe-command.ts';
import type { ServeOptions } from './serve-command.ts';
import { addWatchOptions, type WatchOptions } from './watch-options.ts';
import type { World } from './world.ts';

const EXIT_CODES = `
Exit codes:
  0    in sync
  2    drift
  1    a server or file could not be compared, a status could not be delivered, or wrong usage; wins over 2
  130  interrupted (143: terminated)
`;

const PRE_DEPLOY_EXIT_CODES = `
Exit codes:
  0    a deploy loses nothing that is not in Git
  2    a file was edited on a server, or Git had a file that it has no more
  1    a server or file could not be compared, Git could not say whether a file was edited, or wrong usage; wins over 2
`;

const WATCH_NOTES = `
A server is UNKNOWN after three rounds without an answer; until then its last verdict stands. One with more than three
changes in ten rounds is told to be flapping, and told of again when it is steady. Edited copies and inventories count
from the next round on.

Exit codes:
  130  interrupted (143: terminated), within a second
  0, 2, 1  with --rounds: as \`sshdrift check\` by what the last round of each server found
`;

const SERVE_NOTES = `
Environment:
  GITOPS_STATUS_TOKEN   posts need it as bearer token; reading needs none
  SSHDRIFT_WEBHOOK_URL  as --webhook-url, for a URL that is a secret

Exit codes:
  130  interrupted (143: terminated), after everything under way was finished
  1    it could not start
`;

const ENVIRONMENT = `
Environment:
  SSH_PRIVATE_KEY, SSH_KEY_PASSPHRASE     the key and its passphrase, instead of ssh.identity_file
  SSH_KNOWN_HOSTS                         known_hosts text, instead of ssh.known_hosts
  SSHDRIFT_BECOME_PASSWORD                for ssh.become: sudo, where sudo asks for a password
  SERVER_NAME, REPO_NAME                  check just this server; name of the repository in statuses
  GITOPS_STATUS_SERVER_URL                post statuses there, with GITOPS_STATUS_TOKEN as bearer token
`;
const PUSHGATEWAY = `  PUSHGATEWAY_URL                         as --pushgateway-url
`;

/** Runs sshdrift. `argv` is what follows the program's name. */
export async function run(argv: readonly string[], world: World): Promise<ExitCode> {
  let code: ExitCode = EXIT.inSync;
  const program = new Command('sshdrift')
    .description(
      'Read-only configuration drift checks over SSH: compares files on servers with their copies in Git.',
    )
    .version(world.version, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: text => world.stdout.write(text),
      writeErr: text => world.stderr.write(text),
      outputError: (text, write) => write(printableLines(`sshdrift: ${text}`)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('sshdrift: hint: `sshdrift --help` lists the commands.')
    .addHelpText('after', EXIT_CODES);

  const check = program
    .command('check')
    .description('compare servers with their Git copies; all servers of the inventory, or the named ones')
    .argument('[server...]', 'names or globs; without an inventory: [user@]host[:port]')
    .addHelpText('after', EXIT_CODES + ENVIRONMENT + PUSHGATEWAY)
    .action(async (servers: readonly string[], options: CheckOptions) => {
      const { checkCommand } = await import('./check-command.ts');
      code = await checkCommand(servers, options, world);
    });
  addCheckOptions(check);

  const preDeploy = program
    .command('pre-deploy')
    .description('say what a deploy would do, and exit 2 if it would destroy what is on a server only')
    .argument('[server...]', 'names or globs; without an inventory: [user@]host[:port]')
    .addHelpText('after', PRE_DEPLOY_EXIT_CODES)
    .action(async (servers: readonly string[], options: CheckOptions) => {
      const { preDeployCommand } = await import('./pre-deploy-command.ts');
      code = await preDeployCommand(servers, options, world);
    });
  addPreDeployOptions(preDeploy);

  const watch = program
    .command('watch')
    .description('ask again and again over one connection for each server, and tell what changes')
    .argument('[server...]', 'names or globs; without an inventory: [user@]host[:port]')
    .addHelpText('after', WATCH_NOTES + ENVIRONMENT)
    .action(async (servers: readonly string[], options: WatchOptions) => {
      const { watchCommand } = await import('./watch-command.ts');
      code = await watchCommand(servers, options, world);
    });
  addWatchOptions(watch);

  program
    .command('doctor')
    .description('walk the way of a check step by step, and say what to do at the first broken one')
    .argument('[server...]', 'names or globs; without an inventory: [user@]host[:port]')
    .option('-i, --inventory <file>', 'inventory; default: inventory.yaml here or in a directory above')
    .addOption(selectOption())
    .option(...SSH_CONFIG)
    .option('--status-url <url>', 'look whether this status server answers (env GITOPS_STATUS_SERVER_URL)')
    .option('--no-color', 'no colours (env NO_COLOR, FORCE_COLOR)')
    .action(async (servers: readonly string[], options: DoctorOptions) => {
      const { doctorCommand } = await import('./doctor-command.ts');
      code = await doctorCommand(servers, options, world);
    });

  const init = program
    .command('init')
    .description('begin a repository with what servers have: files, inventory.yaml and known_hosts')
    .argument('<server...>', '[user@]host[:port]')
    .action(async (servers: readonly string[], options: InitOptions) => {
      const { initCommand } = await import('./init-command.ts');
      code = await initCommand(servers, options, world);
    });
  addInitOptions(init);

  program
    .command('probe')
    .description('print the script that runs on a server; nothing is contacted')
    .argument('[server...]', 'names or globs')
    .option('-i, --inventory <file>', 'inventory; default: inventory.yaml here or in a directory above')
    .addOption(refOption())
    .option(...SSH_CONFIG)
    .option(
      '--authorized-keys',
      'print the forced command for a key that can ask about the watched files only',
    )
    .option('--key <file>', 'the public key to restrict (with --authorized-keys)')
    .action(async (servers: readonly string[], options: ProbeOptions) => {
      const { probeCommand } = await import('./probe-command.ts');
      code = await probeCommand(servers, options, world);
    });

  program
    .command('serve')
    .description('take statuses on /api/status, keep them, and show them: page, /status.json, /metrics')
    .option('--listen <host:port>', 'where; port 0 takes a free one', '127.0.0.1:8080')
    .option('--data <dir>', 'what is kept; default: $XDG_STATE_HOME/sshdrift or ~/.local/state/sshdrift')
    .option('--insecure', 'listen where others can connect, although GITOPS_STATUS_TOKEN is not set')
    .option('--webhook-url <url>', 'POST there when drift begins, changes or is over')
    .option('--stale-after <time>', 'mark a server that was not checked for so long, as 2h or 3d', '10m')
    .addHelpText('after', SERVE_NOTES)
    .action(async (options: ServeOptions) => {
      const { serveCommand } = await import('./serve-command.ts');
      code = await serveCommand(options, world);
    });

  program
    .command('schema')
    .description('print the JSON Schema (draft-07) of inventory.yaml')
    .action(async () => {
      const { schemaCommand } = await import('./schema-command.ts');
      code = schemaCommand(world);
    });

  program
    .command('demo')
    .description('check a drifted server on this machine: a real run, over real SSH, with nothing to set up')
    .option('--keep', 'leave the status server up afterwards, until it is interrupted')
    .action(async (options: DemoOptions) => {
      const { demoCommand } = await import('./demo-command.ts');
      code = await demoCommand(options, world);
    });

  program
    .command('grafana')
    .description('print a dashboard, alert rules or the data source for Grafana; nothing is contacted')
    .addArgument(new Argument('<file>', 'what to print').choices(GRAFANA_FILES))
    .option('--status-url <url>', 'the status server, as Grafana reaches it (env GITOPS_STATUS_SERVER_URL)')
    .action(async (file: GrafanaFile, options: GrafanaOptions) => {
      const { grafanaCommand } = await import('./grafana-command.ts');
      code = grafanaCommand(file, options, world);
    });

  program
    .command('k8s')
    .description('print manifests for Kubernetes: the check as a CronJob, and a status server')
    .requiredOption('--image <image>', 'container image that holds sshdrift and git')
    .requiredOption('--repository <url>', 'Git repository with inventory.yaml and the copies')
    .option('--namespace <name>', 'write it into the manifests; default: what kubectl is set to')
    .action(async (options: K8sOptions) => {
      const { k8sCommand } = await import('./k8s-command.ts');
      code = k8sCommand(options, world);
    });

  program
    .command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('[shell]').choices(SHELLS))
    .addOption(new Option('--servers', 'print the names of the servers, for the scripts').hideHelp())
    .addOption(new Option('-i, --inventory <file>', 'of --servers').hideHelp())
    .action(async (shell: Shell | undefined, options: CompletionOptions) => {
      const { completionCommand } = await import('./completion-command.ts');
      code = await completionCommand({ shell, options, program }, world);
    });

  for (const command of program.commands)
    command.showHelpAfterError(`sshdrift: hint: \`sshdrift ${command.name()} --help\` lists the options.`);

  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // Commander has already printed its usage errors, and `--help` and `--version` end here too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.inSync : EXIT.trouble;
    if (!(error instanceof UserError)) throw error;
    world.stderr.write(mistakeText(error));
    return interruptedCode(world.signal) ?? EXIT.trouble;
  }
}
