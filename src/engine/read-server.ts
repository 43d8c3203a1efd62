import { questionFor } from '../domain/ask.ts';
import { compare } from '../domain/compare.ts';
import type { Failure } from '../domain/failure.ts';
import type { FileVerdict } from '../domain/file-verdict.ts';
import type { RemotePath } from '../domain/remote-path.ts';
import type { RemoteFile } from '../domain/snapshot.ts';
import { type Connection, isFailure, type Ports, type Target } from './ports.ts';
import { takeSnapshot } from './take-snapshot.ts';

/** What a server has: the verdicts of comparing it with nothing, with the bytes of every file that may be read. */
export interface ServerFiles {
  readonly files: readonly FileVerdict[];
  readonly warnings: readonly string[];
}

/** Reads the watched files of one server; those above the scope's `maxFileSize` come without their bytes. */
export async function readServer(
  target: Target,
  ports: Ports,
  signal: AbortSignal,
): Promise<ServerFiles | Failure> {
  const connection = await ports.connect(target.destination, signal);
  if (isFailure(connection)) return connection;
  try {
    return await readAll(connection, target, ports);
  } finally {
    connection.close();
  }
}

/** One answer has room for so many bytes; what did not fit is asked for again, as long as that brings more. */
async function readAll(connection: Connection, target: Target, ports: Ports): Promise<ServerFiles | Failure> {
  const { server, destination } = target;
  const question = questionFor(server.scope, new Map());
  const taken = await takeSnapshot(connection, question, { destination, ports });
  if (isFailure(taken)) return taken;
  const files = new Map<RemotePath, RemoteFile>(taken.snapshot.files);
  const unsent = (): readonly RemotePath[] =>
    [...files].flatMap(([path, file]) =>
      file.kind === 'file' && file.bytes === null && file.size <= question.maxFileSize ? [path] : [],
    );
  for (let rest = unsent(), before = Number.POSITIVE_INFINITY; rest.length > 0 && rest.length < before; ) {
    const asked = rest.map(path => ({ path, sha256: null }));
    const more = await takeSnapshot(
      connection,
      { ...question, files: asked, globs: [] },
      { destination, ports },
    );
    if (isFailure(more)) return more;
    for (const [path, file] of more.snapshot.files) files.set(path, file);
    before = rest.length;
    rest = unsent();
  }
  return {
    files: compare(server.scope, new Map(), { ...taken.snapshot, files }),
    warnings: [...connection.warnings, ...taken.warnings],
  };
}
