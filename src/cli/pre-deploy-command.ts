// sshdrift pre-deploy: will this deploy overwrite work that exists only on a server? A check that looks from the servers to
// Git, posts nothing, and fails only for what a deploy would destroy.

import { checkCommand } from './check-command.ts';
import type { CheckOptions } from './check-options.ts';
import type { ExitCode } from './exit-code.ts';
import { DESTROYED } from './fail-on.ts';
import type { World } from './world.ts';

export const preDeployCommand = (
  servers: readonly string[],
  options: CheckOptions,
  world: World,
): Promise<ExitCode> =>
  checkCommand(
    servers,
    { ...options, post: false, failOn: options.failOn ?? DESTROYED.join(), preDeploy: true },
    world,
  );
