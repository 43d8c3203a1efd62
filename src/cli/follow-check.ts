// A check, followed server by server: as soon as one is compared its status is posted, its drift looked up in Git, and
// its part of the text report written; then the contents of its files are let go, unless another document needs them.

import type { Delivery } from '../domain/delivery.ts';
import { toExtendedPayload } from '../domain/extended-payload.ts';
import { toPayload } from '../domain/payload.ts';
import type { Report } from '../domain/report.ts';
import { withoutContents } from '../domain/without-contents.ts';
import { checkFleet } from '../engine/check-fleet.ts';
import { untilAborted } from '../engine/until-aborted.ts';
import type { StatusPoster } from '../io/status-poster.ts';
import { atOnce } from './check-options.ts';
import { startPosts, startPushes } from './deliver.ts';
import type { Environment } from './environment.ts';
import { createExplainer } from './explain-drift.ts';
import type { LoadedFleet } from './load-fleet.ts';
import { portsOf } from './ports-of.ts';
import { progressKind, showProgress } from './progress.ts';
import { needsContents, textPiecesFor, type Wish } from './render-document.ts';

export interface Plan extends Wish {
  readonly environment: Environment;
  /** Null for a run that posts nothing. */
  readonly poster: StatusPoster | null;
  /** Null for a run that pushes nothing. */
  readonly pusher: StatusPoster | null;
}

/** What is known in the end. The text report has been written if it was wanted on stdout. */
export interface Followed {
  readonly report: Report;
  readonly deliveries: readonly Delivery[];
  readonly pushes: readonly Delivery[];
}

export async function followCheck(loaded: LoadedFleet, plan: Plan): Promise<Followed> {
  const { options, environment, poster, pusher } = plan;
  const text = options.format === 'text' ? textPiecesFor(plan, 'stdout') : null;
  const choice = { progress: options.progress, quiet: options.quiet === true, streamed: text !== null };
  const progress = showProgress(progressKind(choice, plan.world), loaded.targets.length, plan.world);
  const { world } = progress;
  // In the turn after the first connects have begun.
  const later = new Promise(setImmediate);
  const git = untilAborted(later.then(loaded.git), world.signal, () => null);
  const fleet = { ...loaded, git: () => git };
  void later.then(() => (poster ?? pusher)?.prepare());
  const print = (piece: string | undefined): void => {
    if (piece) world.stdout.write(piece);
  };
  const tell = (lines: string): void => world.stderr.write(lines);
  const posts = startPosts(poster, { postUnknown: options.postUnknown === true, tell });
  const pushes = startPushes(pusher, tell);
  const explainer = createExplainer(fleet, world);
  const keep = needsContents(options);
  const extended = options.payload === 'extended';
  const ports = portsOf(environment, world);
  try {
    const startedAt = ports.now();
    const begun = git.then(state => {
      print(text?.head({ repo: fleet.repo, git: state, startedAt }));
      return state;
    });
    const checked = await checkFleet(fleet, ports, {
      atOnce: atOnce(options),
      timeoutMs: options.timeout,
      signal: world.signal,
      follower: {
        tried: progress.tried,
        checked: async found => {
          progress.finished(found);
          // The standard status goes out before Git is asked; the extended one says what Git knows.
          pushes.send(found, toPayload(fleet.repo, found));
          if (!extended) posts.send(found, toPayload(fleet.repo, found));
          const server = await explainer.explain(found);
          const about = { repo: fleet.repo, git: await begun };
          if (extended) posts.send(server, toExtendedPayload(about, server, world.version));
          print(text?.server(server, about.git));
          return keep ? server : withoutContents(server);
        },
      },
    }).finally(ports.connect.close);
    const report = { ...checked, warnings: [...checked.warnings, ...explainer.warnings()] };
    const [deliveries, pushed] = await Promise.all([posts.finish(), pushes.finish()]);
    await begun;
    print(text?.tail(report));
    return { report, deliveries, pushes: pushed };
  } finally {
    progress.end();
    explainer.close();
  }
}
