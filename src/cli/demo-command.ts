// sshdrift demo: everything around `check` is made here and removed afterwards; `check` itself is the real one.

import { join } from 'node:path';
import { DEMO_GIT, DEMO_SERVER } from '../domain/demo-files.ts';
import { STALE_SECONDS } from '../domain/staleness.ts';
import { rollUp } from '../domain/status-roll-up.ts';
import { createDemoSite, type DemoSite, writeInventory } from '../io/demo-site.ts';
import { type DemoSshServer, startDemoSshServer } from '../io/demo-ssh-server.ts';
import { type StatusServer, startStatusServer } from '../io/status-server/start-status-server.ts';
import { checkCommand } from './check-command.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { statusDocuments } from './status-documents.ts';
import { untilStopped } from './until-stopped.ts';
import type { World } from './world.ts';

/** What commander hands to the command. */
export interface DemoOptions {
  readonly keep?: boolean;
}

/** Exits 0 if the check found the drift that the demo planted; that check's own exit code is shown. */
export async function demoCommand(options: DemoOptions, world: World): Promise<ExitCode> {
  const say = (text: string): void => world.stdout.write(`${text}\n`);
  const site = await createDemoSite(DEMO_GIT, DEMO_SERVER);
  const [ssh, receiver] = await Promise.all([startDemoSshServer(), startReceiver(site, world)]);
  try {
    await writeInventory(site, inventoryOf(site, ssh));
    say(`A server that has drifted, made for this demo and gone afterwards:
  its SSH server   127.0.0.1 port ${ssh.port} (real SSH, host key pinned in the inventory)
  its /etc         ${site.etc}
  Git's copies     ${site.repository}/files
  status server    ${receiver.url}/

$ cd ${site.repository}
$ sshdrift check --diff --status-url ${receiver.url}
`);
    const code = await check(receiver.url, site, ssh, world);
    const { connections, commands } = ssh.counts();
    say(`
The check exited with ${code} (0 in sync, 2 drift, 1 trouble). It needed ${plural(connections, 'connection')} and ${plural(commands, 'command')}
on the server, changed nothing there, and kept the passwords out of the diff.

$ curl ${receiver.url}/status.json
${compact(rollUp(receiver.store.records()))}

That is what a dashboard sees; people open ${options.keep ? `${receiver.url}/` : 'the page of the status server: with --keep it stays up (npm run demo -- --keep)'}.
Next: "Check your own server" in the README.`);
    if (options.keep && code === EXIT.drift) {
      say('\nThe status server stays up until Ctrl-C.');
      await untilStopped(world.signal);
      return world.signal.reason === 'SIGTERM' ? EXIT.SIGTERM : EXIT.SIGINT;
    }
    if (code === EXIT.drift) return EXIT.inSync;
    return code === EXIT.inSync ? EXIT.trouble : code;
  } finally {
    await Promise.all([ssh.close(), receiver.stop()]).finally(site.remove);
  }
}

/** The status server of `serve`, with data that the demo takes away again. */
const startReceiver = (site: DemoSite, world: World): Promise<StatusServer> =>
  startStatusServer({
    listen: { host: '127.0.0.1', port: 0 },
    directory: join(site.repository, '../status'),
    token: null,
    documents: statusDocuments(world.version, STALE_SECONDS * 1000),
    stored: () => {},
    tell: sentence => world.stderr.write(`sshdrift: warning: ${sentence}\n`),
    now: () => new Date(),
  });

/** Indented JSON, but with the file names of a status on one line each. */
const compact = (status: object): string =>
  JSON.stringify(status, null, 2).replace(/\{\s+"name": ("[^"]*")\s+\}/g, '{"name": $1}');

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const inventoryOf = (site: DemoSite, ssh: DemoSshServer): string =>
  JSON.stringify({
    repo: 'rsyslog',
    root: site.etc,
    watch: [`${site.etc}/rsyslog.conf`, `${site.etc}/rsyslog.d/*.conf`],
    servers: {
      'rsyslog-lab': { host: '127.0.0.1', host_key: ssh.fingerprint, ssh: { user: 'demo', port: ssh.port } },
    },
  });

/** The real check, in the environment of a pipeline that has just this key. */
function check(statusUrl: string, site: DemoSite, ssh: DemoSshServer, world: World): Promise<ExitCode> {
  const { TERM, NO_COLOR, FORCE_COLOR } = world.env;
  const env = { PATH: world.env.PATH, TERM, NO_COLOR, FORCE_COLOR, SSH_PRIVATE_KEY: ssh.privateKey };
  const options = {
    select: [],
    format: 'text',
    output: [],
    diff: true,
    context: 3,
    post: true,
    statusUrl,
  } as const;
  const limits = { timeout: 30_000, color: true, progress: false };
  return checkCommand([], { ...options, ...limits }, { ...world, env, cwd: site.repository });
}
