// Whose ssh configuration counts: the user's own on a laptop; in a pipeline none, unless a file is named.

import { join, resolve } from 'node:path';
import { defaultConfig, type LocalFacts, readSshConfig, type SshConfig } from '../domain/ssh-config.ts';
import { UserError } from '../domain/user-error.ts';
import { fileExists } from '../io/file-exists.ts';
import {
  type AskSshConfig,
  createAskSshConfig,
  localMachine,
  type SshConfigQuery,
} from '../io/ssh-config.ts';
import { type Environment, withoutSecrets } from './environment.ts';
import type { World } from './world.ts';

/** What OpenSSH would do for a host; rejects with a UserError. */
export type ReadSshConfig = (query: SshConfigQuery) => Promise<SshConfig>;

/** `option` is `--ssh-config`: a file, `none`, or null to decide by the place. */
export function createReadSshConfig(
  option: string | null,
  environment: Environment,
  world: World,
): ReadSshConfig {
  const local: LocalFacts = { ...world, ...localMachine(), env: withoutSecrets(world.env) };
  const ask = askerFor(option, environment, world);
  let warned = false;
  return async query => {
    const answer = await ask(query);
    if (answer !== null) return readSshConfig(answer, query.host, local);
    if (option !== null && option !== 'none') throw noSsh(option);
    if (ask !== askNobody && !warned) {
      warned = true;
      await warnOfIgnoredConfig(world);
    }
    const text = defaultConfig({ ...query, user: query.user ?? world.userName });
    return readSshConfig(text, query.host, local);
  };
}

const askNobody: AskSshConfig = async () => null;

function askerFor(option: string | null, environment: Environment, world: World): AskSshConfig {
  const pipeline = environment.ci || environment.privateKey !== null;
  if (option === 'none' || (option === null && pipeline)) return askNobody;
  return createAskSshConfig({
    file: option === null ? null : resolve(world.cwd, option),
    cwd: world.cwd,
    env: withoutSecrets(world.env),
  });
}

const noSsh = (file: string): UserError =>
  new UserError(
    `--ssh-config ${file} needs the ssh program, and there is none on the PATH`,
    "Install OpenSSH's client, or set host, port, user and keys in the inventory.",
  );

async function warnOfIgnoredConfig(world: World): Promise<void> {
  const file = join(world.home, '.ssh/config');
  if (await fileExists(file))
    world.stderr.write(`sshdrift: warning: ${file} is ignored, because there is no ssh program to read it\n`);
}
