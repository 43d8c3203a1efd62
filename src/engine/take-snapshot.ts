import type { Destination } from '../domain/destination.ts';
import { decodeBytes } from '../domain/escape.ts';
import type { Failure } from '../domain/failure.ts';
import { parseAnswer } from '../domain/probe/answer.ts';
import { probeCommand, splitQuestion } from '../domain/probe/command.ts';
import { answerLimit, type Question } from '../domain/probe/question.ts';
import type { RemotePath } from '../domain/remote-path.ts';
import type { Listing, RemoteFile, Snapshot } from '../domain/snapshot.ts';
import { OVER_SFTP } from '../domain/warnings.ts';
import { type Connection, type Execution, isFailure, type Ports } from './ports.ts';
import { takeSftpSnapshot } from './take-sftp-snapshot.ts';

interface Context {
  readonly destination: Destination;
  readonly nonce: Ports['nonce'];
}

/** A snapshot, and what the operator should know about how it was taken. */
export interface Taken {
  readonly snapshot: Snapshot;
  readonly warnings: readonly string[];
}

/** Asks one question over one connection: by the probe, or by SFTP where the server says that it runs no command. */
export async function takeSnapshot(
  connection: Connection,
  question: Question,
  context: Context,
): Promise<Taken | Failure> {
  const answer = await askProbe(connection, question, context);
  if (!isFailure(answer)) return { snapshot: answer, warnings: [] };
  if (!runsNoCommand(answer)) return answer;
  const snapshot = await connection.sftp(files => takeSftpSnapshot(files, question));
  if (snapshot === null) return answer;
  return isFailure(snapshot) ? snapshot : { snapshot, warnings: [OVER_SFTP] };
}

/** Only sshd's own words count (session.c, `internal-sftp`); any other output may be a forced command's. */
const runsNoCommand = (failure: Failure): boolean =>
  failure.code === 'ssh/exec-refused' ||
  (failure.code === 'probe/no-answer' &&
    failure.exitCode === 1 &&
    failure.output === 'This service allows sftp connections only.');

/**
 * One exec nearly always; more when the question is too long for one command. Files that changed while they were read,
 * and files that were only named, are asked about once more.
 */
async function askProbe(
  connection: Connection,
  question: Question,
  context: Context,
): Promise<Snapshot | Failure> {
  const files = new Map<RemotePath, RemoteFile>();
  const listings = new Map<RemotePath, Listing>();
  const named = new Set<RemotePath>();

  const ask = async (whole: Question): Promise<Failure | null> => {
    for (const part of splitQuestion(whole)) {
      const nonce = context.nonce();
      const execution = await connection.exec(probeCommand(part, nonce), answerLimit(part.maxFileSize));
      if (isFailure(execution)) return execution;
      const answer = parseAnswer(part, nonce, execution.stdout);
      if (answer.kind !== 'whole') return ANSWER_FAILURE[answer.kind](context.destination, execution, answer);
      for (const [path, file] of answer.files) files.set(path, file);
      for (const [glob, listing] of answer.listings) listings.set(glob, listing);
      for (const path of answer.named) named.add(path);
    }
    return null;
  };

  const failure = (await ask(question)) ?? (await askAgain());
  return failure ?? { files, listings };

  async function askAgain(): Promise<Failure | null> {
    const hashes = new Map(question.files.map(file => [file.path, file.sha256]));
    for (const path of question.files.map(file => file.path)) named.delete(path);
    const changing = [...files].filter(([, file]) => file.kind === 'changing').map(([path]) => path);
    const again = [...new Set([...changing, ...named])].map(path => ({
      path,
      sha256: hashes.get(path) ?? null,
    }));
    return again.length === 0 ? null : ask({ ...question, files: again, globs: [] });
  }
}

type Bad = { readonly kind: 'none' | 'truncated' | 'garbled'; readonly detail?: string };

const ANSWER_FAILURE: Readonly<
  Record<Bad['kind'], (asked: Destination, execution: Execution, answer: Bad) => Failure>
> = {
  none: ({ host, user }, execution) => ({
    code: 'probe/no-answer',
    host,
    user,
    exitCode: execution.exitCode,
    output: firstWords(execution),
  }),
  truncated: ({ host }, execution) => ({
    code: 'probe/truncated',
    host,
    exitCode: execution.exitCode,
    output: decodeBytes(execution.stderr.subarray(0, 200)).trim(),
  }),
  garbled: ({ host }, _execution, answer) => ({ code: 'probe/garbled', host, detail: answer.detail ?? '' }),
};

/** What a person would have seen: the start of stderr, or of stdout where stderr is empty. Never file contents: without BEGIN none were sent. */
function firstWords(execution: Execution): string {
  const bytes = execution.stderr.length > 0 ? execution.stderr : execution.stdout;
  return decodeBytes(bytes.subarray(0, 200)).trim();
}
