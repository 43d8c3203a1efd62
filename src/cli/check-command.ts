// sshdrift check: load, ask, post, print, in this order.

import { resolve } from 'node:path';
import type { Delivery } from '../domain/delivery.ts';
import type { Report } from '../domain/report.ts';
import { UserError } from '../domain/user-error.ts';
import { checkFleet } from '../engine/check-fleet.ts';
import { createStatusPoster } from '../io/post-status.ts';
import { writeReportFile } from '../io/write-report-file.ts';
import { renderError } from '../render/error.ts';
import { renderJson } from '../render/json.ts';
import { renderJunit, renderJunitError } from '../render/junit.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { renderPayload } from '../render/payload.ts';
import { renderPreDeploy } from '../render/pre-deploy.ts';
import { createStyle, wantsColor } from '../render/style.ts';
import { renderText } from '../render/text.ts';
import type { CheckOptions, Format } from './check-options.ts';
import { deliver, posterSettings } from './deliver.ts';
import { readEnvironment } from './environment.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts';
import { explainDrift } from './explain-drift.ts';
import { ANY_DRIFT, type FailWord, parseFailOn, ruling } from './fail-on.ts';
import { type LoadedFleet, loadFleet } from './load-fleet.ts';
import { mistakeText } from './mistake-text.ts';
import { portsOf } from './ports-of.ts';
import type { World } from './world.ts';

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
  const choice = {
    servers,
    inventory: options.inventory ?? null,
    labels: options.select,
    sshConfig: options.sshConfig ?? null,
    connectTimeoutMs: options.connectTimeout ?? null,
    ref: options.ref ?? null,
  };
  const fleet = await loadFleet(choice, environment, world);

  const ports = portsOf(environment, world);
  // In the turn after the first connects have begun.
  setImmediate(() => void poster?.prepare());
  const found = await checkFleet(fleet, ports, {
    concurrency: options.concurrency,
    timeoutMs: options.timeout,
    signal: world.signal,
  }).finally(ports.connect.close);
  const tell = (lines: string): void => world.stderr.write(lines);
  const deliveries = poster
    ? await deliver(found, poster, { postUnknown: options.postUnknown === true, tell })
    : [];
  const report = await explainDrift(found, fleet, world);

  const result = { report, fleet, deliveries, failOn, options, world };
  const unwritten = await writeFiles(result);
  try {
    const { isTTY } = world.stdout;
    const color = wantsColor({ flag: options.color, env: world.env, isTTY });
    world.stdout.write(await render(options.format, { ...result, onTerminal: isTTY, color }));
  } finally {
    for (const mistake of unwritten) world.stderr.write(mistakeText(mistake));
  }
  if (world.signal.aborted) return world.signal.reason === 'SIGTERM' ? EXIT.SIGTERM : EXIT.SIGINT;
  if (unwritten.length > 0) return EXIT.trouble;
  return exitCodeOf({ report, deliveries, failOn, exitZero: options.exitZero === true });
}

/** Writes the files of `-o`. One that cannot be written must not cost the others, or stdout, what was found out. */
async function writeFiles(result: Omit<Result, 'onTerminal' | 'color'>): Promise<readonly UserError[]> {
  const { options, world } = result;
  const unwritten: UserError[] = [];
  for (const { format, file } of options.output) {
    try {
      // A file has no colours, although FORCE_COLOR may ask for them: it is for stdout.
      const text = await render(format, { ...result, onTerminal: false, color: false });
      await writeReportFile(resolve(world.cwd, file), text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unwritten.push(error);
    }
  }
  return unwritten;
}

interface Result {
  readonly failOn: readonly FailWord[];
  readonly report: Report;
  readonly fleet: LoadedFleet;
  readonly deliveries: readonly Delivery[];
  readonly options: CheckOptions;
  readonly world: World;
  readonly onTerminal: boolean;
  readonly color: boolean;
}

/** Formats that are made to be read by people elsewhere, and of little use without the diffs. */
const CARRIES_DIFFS: readonly Format[] = ['html', 'markdown'];

function render(format: Format, result: Result): string | Promise<string | Buffer> {
  const { report, fleet, deliveries, failOn, options, world, onTerminal, color } = result;
  const diff =
    options.diff ?? ((onTerminal || CARRIES_DIFFS.includes(format)) && !readEnvironment(world.env).ci);
  const content = { diff, context: options.context, showSecrets: options.showSecrets === true };
  const renderers: Readonly<Record<Format, () => string | Promise<string | Buffer>>> = {
    text: () => {
      const text = {
        ...content,
        style: createStyle(color),
        quiet: options.quiet === true,
        verbose: options.verbose === true,
      };
      return options.preDeploy
        ? renderPreDeploy(report, { ...text, ruling: file => ruling(file, failOn) })
        : renderText(report, text);
    },
    json: () => renderJson(report, { ...content, version: world.version, delivery: deliveries }),
    payload: () => renderPayload(report),
    patch: async () => {
      const { patchDocument } = await import('./patch-document.ts');
      return patchDocument(report, { fleet, world, showSecrets: content.showSecrets });
    },
    junit: () => renderJunit(report, content),
    markdown: () => renderMarkdown(report, content),
    html: async () => {
      const { renderHtml } = await import('../render/html.ts');
      return renderHtml(report, { ...content, version: world.version });
    },
  };
  return renderers[format]();
}
