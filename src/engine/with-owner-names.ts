import type { RemotePath } from '../domain/remote-path.ts';
import type { RemoteFile } from '../domain/snapshot.ts';
import type { RemoteFiles } from './ports.ts';

/** Adds the names of owners and groups, as far as the server tells them: one question for all files. */
export async function withOwnerNames(
  remote: RemoteFiles,
  files: ReadonlyMap<RemotePath, RemoteFile>,
): Promise<ReadonlyMap<RemotePath, RemoteFile>> {
  const known = [...files.values()].flatMap(file =>
    file.kind === 'file' && file.metadata ? [file.metadata] : [],
  );
  if (known.length === 0) return files;
  const names = await remote.names({
    users: [...new Set(known.map(({ uid }) => uid))],
    groups: [...new Set(known.map(({ gid }) => gid))],
  });
  const named = (file: RemoteFile): RemoteFile => {
    if (file.kind !== 'file' || !file.metadata) return file;
    const { uid, gid } = file.metadata;
    const owner = names.users.get(uid) ?? null;
    return { ...file, metadata: { ...file.metadata, owner, group: names.groups.get(gid) ?? null } };
  };
  return new Map([...files].map(([path, file]) => [path, named(file)]));
}
