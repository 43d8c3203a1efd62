// What comes of the rounds of a watch: changes are posted, looked up in Git and written, in the order of each server's
// rounds; in between, and while changes are held back, the status goes out with the heartbeat.

import { PATIENCE } from '../domain/damping.ts';
import { escapeText } from '../domain/escape.ts';
import { toExtendedPayload } from '../domain/extended-payload.ts';
import { failureText } from '../domain/failure-text.ts';
import { toPayload } from '../domain/payload.ts';
import { driftedFiles, type GitState, type ServerReport } from '../domain/report.ts';
import { withoutContents } from '../domain/without-contents.ts';
import type { Round } from '../engine/watch-server.ts';
import type { ToldWord } from '../render/change.ts';
import { createExplainer, type Explainer } from './explain-drift.ts';
import type { LoadedFleet } from './load-fleet.ts';
import type { StatusMail } from './status-mail.ts';
import type { World } from './world.ts';

/** What is to be written. */
export interface Told {
  readonly word: ToldWord;
  readonly round: Round;
  /** With origins. */
  readonly server: ServerReport;
  readonly git: GitState | null;
}

export interface Telling {
  readonly fleet: () => LoadedFleet;
  /** Null for a watch that posts nothing. */
  readonly mail: StatusMail | null;
  readonly extended: boolean;
  readonly postUnknown: boolean;
  readonly write: (told: Told) => void;
  readonly world: World;
}

export interface TellRounds {
  readonly took: (round: Round) => void;
  readonly forget: (server: string) => void;
  /** Resolves when everything was told. */
  readonly finish: () => Promise<void>;
}

/** Drift that was looked up in Git, and what that was. */
interface Explained {
  readonly key: string;
  readonly report: ServerReport;
}

export function createTellRounds(telling: Telling): TellRounds {
  const { fleet, mail, extended, postUnknown, write, world } = telling;
  const turns = new Map<string, Promise<void>>();
  const explained = new Map<string, Explained>();
  const warned = new Set<string>();
  let explainer: Explainer | null = null;
  let explaining = 0;

  /** Git's processes run only as long as there is something to look up. */
  const explain = async (report: ServerReport): Promise<ServerReport> => {
    explaining += 1;
    explainer ??= createExplainer(fleet(), world);
    const mine = explainer;
    try {
      return await mine.explain(report);
    } finally {
      for (const warning of mine.warnings()) {
        if (!warned.has(warning)) world.stderr.write(`sshdrift: warning: ${warning}\n`);
        warned.add(warning);
      }
      explaining -= 1;
      if (explaining === 0) {
        mine.close();
        explainer = null;
      }
    }
  };
  const isPosted = ({ report, state }: Round): boolean =>
    report.status !== 'UNKNOWN' || (postUnknown && state.failures === PATIENCE);
  const tell = async (round: Round): Promise<void> => {
    const { report, word } = round;
    const { repo, git } = fleet();
    const posted = isPosted(round);
    if (posted && !extended) mail?.post(toPayload(repo, report), word !== 'quiet');
    const known = explained.get(report.server);
    const key = driftKey(report);
    const isKnown = word === 'quiet' && known?.key === key;
    const server = isKnown
      ? { ...known.report, checkedAt: report.checkedAt, durationMs: report.durationMs }
      : word === 'quiet' && !extended
        ? report
        : await explain(report);
    if (!isKnown) explained.set(report.server, { key, report: withoutContents(server) });
    const state = await git();
    if (posted && extended)
      mail?.post(toExtendedPayload({ repo, git: state }, server, world.version), word !== 'quiet');
    if (word !== 'quiet') write({ word, round, server, git: state });
  };
  return {
    took: round => {
      const { server } = round.report;
      if (round.word === 'quiet') {
        if (isFirstFailure(round)) world.stderr.write(noAnswerYet(round.report));
        if (mail === null || !mail.isDue(server)) return;
        if (!isPosted(round)) {
          mail.remind(server);
          return;
        }
      }
      const before = turns.get(server) ?? Promise.resolve();
      const turn = before
        .then(() => tell(round))
        .finally(() => {
          if (turns.get(server) === turn) turns.delete(server);
        });
      turns.set(server, turn);
    },
    forget: server => {
      explained.delete(server);
      mail?.forget(server);
    },
    finish: async () => void (await Promise.all(turns.values())),
  };
}

/** Nothing is known of the server, and it takes two more rounds until it is called UNKNOWN: a person wants to see why. */
const isFirstFailure = ({ report, state }: Round): boolean =>
  state.verdict === null && state.failures === 1 && report.failure !== null;

function noAnswerYet({ server, failure }: ServerReport): string {
  if (failure === null) return '';
  const { message, hint } = failureText(failure);
  return `sshdrift: ${escapeText(server)}: no answer yet: ${failure.code}: ${message}\nsshdrift: hint: ${hint}\n`;
}

const driftKey = (report: ServerReport): string =>
  JSON.stringify([
    report.status,
    driftedFiles(report).map(file => [file.name, file.verdict, file.git?.sha256, file.server?.sha256]),
  ]);
