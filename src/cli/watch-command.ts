// sshdrift watch: load, then ask every server again and again, tell what changes, and follow the files it is compared with,
// until a signal, or the last round.

import type { Report } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import { createSlots } from '../engine/slots.ts';
import { untilAborted } from '../engine/until-aborted.ts';
import { startWatch } from '../engine/watch-fleet.ts';
import { createStatusPoster } from '../io/post-status.ts';
import { summary } from '../render/text.ts';
import { watchLine } from '../render/watch-line.ts';
import { atOnce } from './check-options.ts';
import { posterSettings } from './deliver.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { EXIT, type ExitCode, exitCodeOf, interruptedCode } from './exit-code.ts';
import { ANY_DRIFT } from './fail-on.ts';
import { fleetChoice } from './fleet-choice.ts';
import { followFiles } from './follow-files.ts';
import { type LoadedFleet, loadFleet } from './load-fleet.ts';
import { mistakeText } from './mistake-text.ts';
import { watchPorts } from './ports-of.ts';
import { progressKind } from './progress.ts';
import { noStatusLine, showStatusLine } from './status-line.ts';
import { createStatusMail } from './status-mail.ts';
import { createTellRounds } from './tell-rounds.ts';
import { NOT_PUSHED, type WatchOptions } from './watch-options.ts';
import { createWatchVerdicts } from './watch-verdicts.ts';
import type { World } from './world.ts';
import { createWriteChange } from './write-change.ts';

/** Milliseconds between two looks at the inventory and the Git copies: every interval, but not all the time. */
const LOOK_MS = { least: 1000, most: 10_000 };
/** The line on the terminal counts servers, which does not change often. */
const LINE_MS = 1000;

/** Watches servers. Throws UserError for what keeps it from starting. */
export async function watchCommand(
  servers: readonly string[],
  options: WatchOptions,
  world: World,
): Promise<ExitCode> {
  const environment = readEnvironment(world.env);
  const url = options.post ? (options.statusUrl ?? environment.statusUrl) : null;
  const poster = url === null ? null : createStatusPoster(posterSettings(url, environment, world));
  const choice = fleetChoice(servers, options);
  const load = async (): Promise<LoadedFleet> => withGitOnce(await loadFleet(choice, environment, world));
  const first = await untilAborted(load(), world.signal, () => {
    throw new UserError(`interrupted by ${world.signal.reason}`, 'No server was contacted.');
  });
  return watch(first, { options, environment, world, poster, load });
}

interface Plan {
  readonly options: WatchOptions;
  readonly environment: Environment;
  readonly world: World;
  readonly poster: ReturnType<typeof createStatusPoster> | null;
  readonly load: () => Promise<LoadedFleet>;
}

async function watch(first: LoadedFleet, plan: Plan): Promise<ExitCode> {
  const { options, environment, poster, load } = plan;
  const { interval, heartbeat } = options;
  let fleet = first;
  const verdicts = createWatchVerdicts();
  const kind = progressKind({ progress: options.progress, quiet: false, streamed: true }, plan.world);
  const line = {
    line: (columns: number) => watchLine(verdicts.state(fleet.targets.length), columns),
    everyMs: LINE_MS,
  };
  const shown = kind === 'line' ? showStatusLine(line, plan.world) : noStatusLine(plan.world);
  const { world } = shown;
  const tell = (lines: string): void => world.stderr.write(lines);
  const mail = poster && createStatusMail(poster, { heartbeatMs: heartbeat, earlyMs: interval / 2, tell });
  // Ends with the signal, with the last round, and when nobody reads what is written any more.
  const ending = new AbortController();
  const end = (): void => ending.abort(world.signal.reason);
  world.signal.addEventListener('abort', end);
  if (world.signal.aborted) end();

  const writer = createWriteChange(() => fleet, options, world);
  const rounds = createTellRounds({
    fleet: () => fleet,
    mail,
    extended: options.payload === 'extended',
    postUnknown: options.postUnknown === true,
    write: writer.change,
    world,
  });
  const warn = ({ warnings }: LoadedFleet): void => {
    for (const warning of warnings) tell(`sshdrift: warning: ${warning}\n`);
  };
  const startedAt = new Date();
  if (options.post && environment.pushgatewayUrl !== null) tell(NOT_PUSHED);
  warn(first);
  void fleet.git().then(git => writer.begin({ repo: fleet.repo, git, startedAt }));
  const ports = watchPorts(environment, world);
  try {
    const watching = startWatch(
      fleet.targets,
      {
        ports,
        slots: createSlots(atOnce(options)),
        intervalMs: interval,
        rounds: options.rounds ?? null,
        random: Math.random,
        took: round => {
          verdicts.enter(round);
          rounds.took(round);
          if (world.stdout.isClosed()) end();
        },
      },
      ending.signal,
    );
    const files = followFiles(
      first,
      {
        ref: options.ref ?? null,
        world,
        everyMs: Math.min(LOOK_MS.most, Math.max(LOOK_MS.least, interval)),
        load,
        adopt: next => {
          fleet = next;
          warn(next);
          watching.update(next.targets);
          const names = new Set(next.targets.map(({ server }) => server.name));
          for (const name of verdicts.keep(names)) rounds.forget(name);
        },
        refuse: mistake => tell(`${mistakeText(mistake)}sshdrift: goes on with what was valid before\n`),
      },
      ending.signal,
    );
    await Promise.race([watching.done, files.then(() => watching.done)]);
    end();
    await rounds.finish();
    const deliveries = (await mail?.finish()) ?? [];
    const report: Report = {
      repo: fleet.repo,
      git: null,
      startedAt,
      finishedAt: new Date(),
      servers: verdicts.reports(),
      warnings: [],
    };
    writer.end(summary(report));
    const code = exitCodeOf({
      report,
      deliveries,
      pushes: [],
      failOn: ANY_DRIFT,
      exitZero: false,
      mayBeEmpty: options.shard !== undefined,
    });
    return interruptedCode(world.signal) ?? (world.stdout.isClosed() ? EXIT.trouble : code);
  } finally {
    world.signal.removeEventListener('abort', end);
    await ports.connect.close();
    shown.end();
  }
}

/** The state of Git is asked for once for what was loaded at one time. */
function withGitOnce(fleet: LoadedFleet): LoadedFleet {
  let state: ReturnType<LoadedFleet['git']> | null = null;
  return {
    ...fleet,
    git: () => {
      state ??= fleet.git();
      return state;
    },
  };
}
