// sshdrift check: load, then follow the check, then write the documents that tell of all of it.

import { resolve } from 'node:path';
import { UserError } from '../domain/user-error.ts';
import { untilAborted } from '../engine/until-aborted.ts';
import { createStatusPoster } from '../io/post-status.ts';
import { createStatusPusher } from '../io/push-status.ts';
import { writeReportFile } from '../io/write-report-file.ts';
import { renderError } from '../render/error.ts';
import { renderJunitError } from '../render/junit.ts';
import type { CheckOptions, Format } from './check-options.ts';
import { posterSettings, pusherSettings } from './deliver.ts';
import { readEnvironment } from './environment.ts';
import { EXIT, type ExitCode, exitCodeOf, interruptedCode } from './exit-code.ts';
import { ANY_DRIFT, parseFailOn } from './fail-on.ts';
import { fleetChoice } from './fleet-choice.ts';
import { followCheck } from './follow-check.ts';
import { loadFleet } from './load-fleet.ts';
import { mistakeText } from './mistake-text.ts';
import { type Result, renderDocument } from './render-document.ts';
import type { World } from './world.ts';
import { writeMetrics } from './write-metrics.ts';

/** Runs a check. Whoever asked for one document on stdout gets one, even if it can only tell of a mistake. */
export async function checkCommand(
  servers: readonly string[],
  options: CheckOptions,
  world: World,
): Promise<ExitCode> {
  try {
    return await check(servers, options, world);
  } catch (error) {
    const document = error instanceof UserError && MISTAKES[options.format]?.(error);
    if (document) world.stdout.write(document);
    throw error;
  }
}

/** The document about a mistake. A patch, or a page for people, says nothing that stderr does not say. */
const MISTAKES: Readonly<Record<Format, ((error: UserError) => string) | null>> = {
  text: null,
  json: renderError,
  payload: renderError,
  patch: null,
  junit: renderJunitError,
  markdown: null,
  html: null,
};

async function check(servers: readonly string[], options: CheckOptions, world: World): Promise<ExitCode> {
  const environment = readEnvironment(world.env);
  const failOn = options.failOn === undefined ? ANY_DRIFT : parseFailOn(options.failOn);
  const url = options.post ? (options.statusUrl ?? environment.statusUrl) : null;
  // Made here, because a URL that cannot work is refused before any server is contacted.
  const poster = url === null ? null : createStatusPoster(posterSettings(url, environment, world));
  const gateway = options.post ? (options.pushgatewayUrl ?? environment.pushgatewayUrl) : null;
  const pusher = gateway === null ? null : createStatusPusher(pusherSettings(gateway, world));
  const choice = fleetChoice(servers, options);
  const fleet = await untilAborted(loadFleet(choice, environment, world), world.signal, () => {
    throw new UserError(`interrupted by ${world.signal.reason}`, 'No server was contacted.');
  });
  if (options.shard && fleet.targets.length === 0) {
    const { index, of } = options.shard;
    world.stderr.write(`sshdrift: no server belongs to share ${index} of ${of}: nothing to check\n`);
  }
  const wish = { options, failOn, world, alsoSecret: fleet.alsoSecret };
  const result = { ...wish, fleet, ...(await followCheck(fleet, { ...wish, environment, poster, pusher })) };
  const unwritten = await writeFiles(result);
  let code: ExitCode = EXIT.trouble;
  try {
    if (options.format !== 'text') world.stdout.write(await renderDocument(options.format, result, 'stdout'));
    if (unwritten.length === 0) code = exitCodeOf({ ...result, ...policyOf(options) });
  } finally {
    // Last, because it tells how the run ends; and in any case, because monitoring looks at nothing else.
    const mistake = await mistakeOf(writeMetrics(result, interruptedCode(world.signal) ?? code));
    if (mistake !== null) code = EXIT.trouble;
    for (const one of mistake === null ? unwritten : [...unwritten, mistake])
      world.stderr.write(mistakeText(one));
  }
  return interruptedCode(world.signal) ?? code;
}

const policyOf = ({ exitZero, shard }: CheckOptions) => ({
  exitZero: exitZero === true,
  mayBeEmpty: shard !== undefined,
});

/** Writes the files of `-o`. One that cannot be written must not cost the others, or stdout, what was found out. */
async function writeFiles(result: Result): Promise<readonly UserError[]> {
  const { options, world } = result;
  const unwritten: UserError[] = [];
  for (const { format, file } of options.output) {
    const write = async (): Promise<void> =>
      writeReportFile(resolve(world.cwd, file), await renderDocument(format, result, 'file'));
    const mistake = await mistakeOf(write());
    if (mistake !== null) unwritten.push(mistake);
  }
  return unwritten;
}

/** Null for what succeeds; a bug is thrown on. */
async function mistakeOf(act: Promise<void>): Promise<UserError | null> {
  try {
    await act;
    return null;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
