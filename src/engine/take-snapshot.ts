import type { Destination } from '../domain/destination.ts';
import type { Failure } from '../domain/failure.ts';
import { parseAnswer } from '../domain/probe/answer.ts';
import { splitQuestion } from '../domain/probe/command.ts';
import type { Question } from '../domain/probe/question.ts';
import type { RemotePath } from '../domain/remote-path.ts';
import type { AnsweredBy } from '../domain/report.ts';
import type { Listing, RemoteFile, Running, Shipped, Snapshot } from '../domain/snapshot.ts';
import { OVER_SFTP } from '../domain/warnings.ts';
import { answerFailure } from './answer-failure.ts';
import { createAsk } from './ask.ts';
import { type Connection, isFailure, type Ports } from './ports.ts';
import { takeSftpSnapshot } from './take-sftp-snapshot.ts';

/** Bytes of all answers to one question at most: a server that names more and more files is not asked for all of them. */
const TOTAL_LIMIT = 64 * 1024 * 1024;

interface Context {
  readonly destination: Destination;
  readonly ports: Pick<Ports, 'nonce' | 'becomePassword'>;
}

/** A snapshot, and what the operator should know about how it was taken. */
export interface Taken {
  readonly snapshot: Snapshot;
  readonly warnings: readonly string[];
  /** Null over SFTP. */
  readonly answeredBy: AnsweredBy | null;
}

/** Asks one question over one connection: by the probe, or by SFTP where the server says that it runs no command. */
export async function takeSnapshot(
  connection: Connection,
  question: Question,
  context: Context,
): Promise<Taken | Failure> {
  const answer = await askProbe(connection, question, context);
  if (!isFailure(answer)) return { ...answer, warnings: [] };
  if (!runsNoCommand(answer)) return answer;
  const snapshot = await connection.sftp(files => takeSftpSnapshot(files, question));
  if (snapshot === null) return answer;
  return isFailure(snapshot) ? snapshot : { snapshot, warnings: [OVER_SFTP], answeredBy: null };
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
): Promise<Omit<Taken, 'warnings'> | Failure> {
  const files = new Map<RemotePath, RemoteFile>();
  const listings = new Map<RemotePath, Listing>();
  const shipped = new Map<RemotePath, Shipped>();
  const directories = new Map<RemotePath, number>();
  let running: Running | null = null;
  const named = new Set<RemotePath>();
  let hashTool: string | null = null;
  let bytes = 0;

  const { destination } = context;
  const askPart = createAsk(connection, destination, context.ports);
  const ask = async (whole: Question): Promise<Failure | null> => {
    for (const part of splitQuestion(whole)) {
      const asked = await askPart(part);
      if (isFailure(asked)) return asked;
      bytes += asked.execution.stdout.length;
      if (bytes > TOTAL_LIMIT) return { code: 'probe/too-large', host: destination.host, limit: TOTAL_LIMIT };
      const answer = parseAnswer(part, asked.nonce, asked.execution.stdout);
      if (answer.kind !== 'whole') return answerFailure(destination, asked.execution, answer);
      hashTool = answer.hashTool;
      for (const [path, file] of answer.files) files.set(path, file);
      for (const [glob, listing] of answer.listings) listings.set(glob, listing);
      for (const [path, file] of answer.shipped) shipped.set(path, file);
      for (const [glob, changedAt] of answer.directories) directories.set(glob, changedAt);
      running = answer.running ?? running;
      for (const path of answer.named) named.add(path);
    }
    return null;
  };

  const failure = (await ask(question)) ?? (await askAgain());
  return (
    failure ?? {
      snapshot: { files, listings, directories, running, shipped },
      answeredBy: { become: destination.become, hashTool },
    }
  );

  async function askAgain(): Promise<Failure | null> {
    const hashes = new Map(question.files.map(file => [file.path, file.sha256]));
    for (const path of question.files.map(file => file.path)) named.delete(path);
    const changing = [...files].filter(([, file]) => file.kind === 'changing').map(([path]) => path);
    const again = [...new Set([...changing, ...named])].map(path => ({
      path,
      sha256: hashes.get(path) ?? null,
    }));
    return again.length === 0 ? null : ask({ ...question, files: again, globs: [], service: null });
  }
}
