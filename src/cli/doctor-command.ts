// sshdrift doctor: the way of a check, step by step, and what to type at the first broken one. It runs the real check and
// posts nothing.

import { diagnose, type Finding } from '../domain/diagnosis.ts';
import type { GitState } from '../domain/report.ts';
import { checkFleet } from '../engine/check-fleet.ts';
import { lookAtStatusServer } from '../io/look-at-status-server.ts';
import { type Diagnosis, renderDiagnoses } from '../render/diagnosis.ts';
import { createStyle, wantsColor } from '../render/style.ts';
import { posterSettings } from './deliver.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fleetChoice } from './fleet-choice.ts';
import { type LoadedFleet, loadFleet } from './load-fleet.ts';
import { portsOf } from './ports-of.ts';
import type { World } from './world.ts';

export interface DoctorOptions {
  readonly inventory?: string;
  readonly select: readonly string[];
  readonly sshConfig?: string;
  readonly statusUrl?: string;
  readonly color: boolean;
}

const LIMITS = { atOnce: { busy: 16, open: 64 }, timeoutMs: 90_000, follower: null };

export async function doctorCommand(
  servers: readonly string[],
  options: DoctorOptions,
  world: World,
): Promise<ExitCode> {
  const environment = readEnvironment(world.env);
  const choice = fleetChoice(servers, options);
  const fleet = await loadFleet(choice, environment, world);
  const ports = portsOf(environment, world);
  const [report, status] = await Promise.all([
    checkFleet(fleet, ports, { ...LIMITS, signal: world.signal }).finally(ports.connect.close),
    statusServer(options.statusUrl ?? environment.statusUrl, environment, world),
  ]);
  const diagnoses: readonly Diagnosis[] = [
    { about: 'here', findings: [...repository(fleet, report.git), status] },
    ...report.servers.map(server => ({ about: server.server, findings: diagnose(server) })),
  ];
  const style = createStyle(wantsColor({ flag: options.color, env: world.env, isTTY: world.stdout.isTTY }));
  world.stdout.write(renderDiagnoses(diagnoses, style));
  const broken = diagnoses.some(({ findings }) => findings.some(finding => finding.state === 'broken'));
  return broken ? EXIT.trouble : EXIT.inSync;
}

function repository({ inventoryFile, targets }: LoadedFleet, git: GitState | null): readonly Finding[] {
  const copies = new Set(targets.flatMap(target => [...target.copies.values()].map(copy => copy.source)));
  const size = `${targets.length} ${targets.length === 1 ? 'server' : 'servers'}, ${copies.size} Git copies`;
  const inventory: Finding = { state: 'passed', step: 'inventory', text: `${inventoryFile}: ${size}` };
  if (!git)
    return [
      inventory,
      {
        state: 'noticed',
        step: 'Git',
        text: 'not a Git repository, or no `git` program: reports name no commit',
      },
    ];
  const commit = `${git.commit.slice(0, 8)} on ${git.branch ?? 'no branch'}`;
  if (!git.dirty) return [inventory, { state: 'passed', step: 'Git', text: commit }];
  return [
    inventory,
    {
      state: 'noticed',
      step: 'Git',
      text: `${commit}, with changes that are not committed: they are compared, too`,
    },
  ];
}

function statusServer(url: string | null, environment: Environment, world: World): Promise<Finding> {
  if (url !== null) return lookAtStatusServer(posterSettings(url, environment, world));
  const text = 'no status is posted: neither --status-url nor GITOPS_STATUS_SERVER_URL is set';
  return Promise.resolve({ state: 'noticed', step: 'status server', text });
}
