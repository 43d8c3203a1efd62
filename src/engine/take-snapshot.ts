import type { Destination } from '../domain/destination.ts';
import type { Failure } from '../domain/failure.ts';
import { parseAnswer } from '../domain/probe/answer.ts';
import { splitQuestion } from '../domain/probe/command.ts';
import type { Question } from '../domain/probe/question.ts';
import type { RemotePath } from '../domain/remote-path.ts';
import type { Listing, RemoteFile, Snapshot } from '../domain/snapshot.ts';
import { answerFailure } from './answer-failure.ts';
import { createAsk } from './ask.ts';
import { type Connection, isFailure, type Ports } from './ports.ts';

/**
 * Asks one question over one connection. One exec nearly always; more when the question is too long for one command.
 * Files that changed while they were read, and files that were only named, are asked about once more.
 */
export async function takeSnapshot(
  connection: Connection,
  question: Question,
  context: { readonly destination: Destination; readonly ports: Pick<Ports, 'nonce' | 'becomePassword'> },
): Promise<Snapshot | Failure> {
  const files = new Map<RemotePath, RemoteFile>();
  const listings = new Map<RemotePath, Listing>();
  const named = new Set<RemotePath>();

  const { destination } = context;
  const askPart = createAsk(connection, destination, context.ports);
  const ask = async (whole: Question): Promise<Failure | null> => {
    for (const part of splitQuestion(whole)) {
      const asked = await askPart(part);
      if (isFailure(asked)) return asked;
      const answer = parseAnswer(part, asked.nonce, asked.execution.stdout);
      if (answer.kind !== 'whole') return answerFailure(destination, asked.execution, answer);
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
