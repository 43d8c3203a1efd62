import { questionFor } from '../domain/ask.ts';
import { escapeText } from '../domain/escape.ts';
import { splitQuestion } from '../domain/probe/command.ts';
import { parameters, SCRIPT } from '../domain/probe/script.ts';
import { printForcedCommand } from './authorized-keys-command.ts';
import { readEnvironment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { fleetChoice } from './fleet-choice.ts';
import { loadFleet } from './load-fleet.ts';
import type { World } from './world.ts';

/** Stands where each exec has 128 random bits. */
const NONCE = '0'.repeat(32);

/** What commander hands to the command. */
export interface ProbeOptions {
  readonly inventory?: string;
  readonly ref?: string;
  readonly sshConfig?: string;
  readonly authorizedKeys?: boolean;
  readonly key?: string;
}

/** Prints exactly what would run on the first of the servers, but for the nonce. */
export async function probeCommand(
  servers: readonly string[],
  options: ProbeOptions,
  world: World,
): Promise<ExitCode> {
  const choice = fleetChoice(servers, options);
  const fleet = await loadFleet(choice, readEnvironment(world.env), world);
  if (options.authorizedKeys === true || options.key !== undefined) {
    await printForcedCommand(fleet.targets, options.key ?? null, world);
    return EXIT.inSync;
  }
  for (const { server, copies } of fleet.targets.slice(0, 1)) {
    for (const part of splitQuestion(questionFor(server.scope, copies))) {
      const lines = `set -- '${parameters(part, NONCE)}'\n${SCRIPT}`.split('\n');
      world.stdout.write(`${lines.map(escapeText).join('\n')}\n`);
    }
  }
  return EXIT.inSync;
}
