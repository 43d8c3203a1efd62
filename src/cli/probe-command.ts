import { questionFor } from '../domain/ask.ts';
import { escapeText } from '../domain/escape.ts';
import { splitQuestion } from '../domain/probe/command.ts';
import { probeScript } from '../domain/probe/script.ts';
import { readEnvironment } from './environment.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { loadFleet } from './load-fleet.ts';
import type { World } from './world.ts';

/** Stands where each exec has 128 random bits. */
const NONCE = '0'.repeat(32);

/** Prints exactly what would run on the first of the servers, but for the nonce. */
export async function probeCommand(
  servers: readonly string[],
  options: { readonly inventory?: string; readonly sshConfig?: string },
  world: World,
): Promise<ExitCode> {
  const choice = {
    servers,
    inventory: options.inventory ?? null,
    labels: [],
    sshConfig: options.sshConfig ?? null,
    connectTimeoutMs: null,
  };
  const fleet = await loadFleet(choice, readEnvironment(world.env), world);
  for (const { server, copies } of fleet.targets.slice(0, 1)) {
    for (const part of splitQuestion(questionFor(server.scope, copies))) {
      const lines = probeScript(part, NONCE).split('\n');
      world.stdout.write(`${lines.map(escapeText).join('\n')}\n`);
    }
  }
  return EXIT.inSync;
}
