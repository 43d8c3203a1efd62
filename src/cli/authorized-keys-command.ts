import { forcedCommand } from '../domain/probe/forced-command.ts';
import { UserError } from '../domain/user-error.ts';
import { watchText } from '../domain/watch.ts';
import type { Target } from '../engine/ports.ts';
import { readPublicKey } from '../io/public-key-file.ts';
import type { World } from './world.ts';

/** Stands where no key was named. */
const SOME_KEY = 'PUBLIC-KEY';

/** Prints the program, and in its comment the authorized_keys line, for a key that can only ask about the watched files. */
export async function printForcedCommand(
  targets: readonly Target[],
  keyFile: string | null,
  world: World,
): Promise<void> {
  const [first, ...others] = targets;
  if (first === undefined) return;
  const other = others.find(target => settingsOf(target) !== settingsOf(first));
  if (other)
    throw new UserError(
      `${other.server.name} and ${first.server.name} differ in what they watch, or in their login`,
      'Make the program for each kind of server: name those that are alike.',
    );
  const publicKey = keyFile === null ? SOME_KEY : await readPublicKey(world.cwd, keyFile);
  world.stdout.write(
    forcedCommand({
      servers: targets.map(({ server }) => server.name),
      user: first.destination.user,
      become: first.destination.become,
      watch: first.server.scope.watch,
      service: first.server.scope.service,
      publicKey,
      version: world.version,
    }),
  );
}

const settingsOf = ({ server, destination: { user, become } }: Target): string =>
  JSON.stringify([user, become, server.scope.service, server.scope.watch.map(watchText)]);
