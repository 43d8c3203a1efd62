// The engine's view of a server's files, by SFTP.

import type { Client } from 'ssh2';
import type { Failure } from '../../../domain/failure.ts';
import { type RemotePath, toBytes } from '../../../domain/remote-path.ts';
import type { OwnerIds, OwnerNames, Refused, RemoteAttributes, RemoteFiles } from '../../../engine/ports.ts';
import { readFile } from './read-file.ts';
import { refusalOf } from './refusal.ts';
import { type Fields, fieldsOf, Garbled, STATUS } from './replies.ts';
import { NAMES_EXTENSION, namesBody, openBody, string } from './requests.ts';
import { openSession, type SftpConnection, type SftpSession } from './session.ts';

/** Opens SFTP, lets it be used, and resolves with what comes of it; null if the server offers no SFTP. */
export function sftp<T extends object>(
  client: Client,
  about: SftpConnection,
  use: (files: RemoteFiles) => Promise<T>,
): Promise<T | Failure | null> {
  if (about.lifeline.isOver()) return Promise.resolve(null);
  const used = openSession(client, about).then(session => session && use(remoteFiles(session)));
  return about.lifeline.during(used);
}

const remoteFiles = (session: SftpSession): RemoteFiles => ({
  lstat: path => attributes(session, 'lstat', toBytes(path)),
  stat: path => attributes(session, 'stat', toBytes(path)),
  list: directory => list(session, directory),
  read: async (path, order) => {
    const handle = await session.request('open', openBody(toBytes(path)), 'handle');
    if (handle.kind === 'status') return refusalOf(handle.code);
    const refused = await readFile(session, handle.handle, order);
    const after = refused ?? (await attributes(session, 'fstat', handle.handle));
    close(session, handle.handle);
    return after;
  },
  names: ids => names(session, ids),
});

async function attributes(
  session: SftpSession,
  type: 'lstat' | 'stat' | 'fstat',
  subject: Buffer,
): Promise<RemoteAttributes | Refused> {
  const reply = await session.request(type, string(subject), 'attributes');
  return reply.kind === 'status' ? refusalOf(reply.code) : reply.attributes;
}

/** What a name in memory costs besides its bytes. */
const NAME_COST = 256;

async function list(session: SftpSession, directory: RemotePath): Promise<readonly string[] | Refused> {
  const opened = await session.request('opendir', string(toBytes(directory)), 'handle');
  if (opened.kind === 'status') return refusalOf(opened.code);
  const ask = () => session.request('readdir', string(opened.handle), 'names');
  const names: string[] = [];
  // Two requests on the way: a small directory and its end come in one round trip.
  let following = ask();
  for (;;) {
    const coming = following;
    following = ask();
    const reply = await coming;
    if (reply.kind === 'status') {
      close(session, opened.handle);
      return reply.code === STATUS.eof ? names : 'failed';
    }
    for (const name of reply.names) {
      session.keep(NAME_COST + name.length);
      names.push(name);
    }
  }
}

/** Nothing waits for the answer. */
const close = (session: SftpSession, handle: Buffer): void =>
  void session.request('close', string(handle), 'status');

const NOBODY: OwnerNames = { users: new Map(), groups: new Map() };
/** Ids that are asked for at most; a server has a handful. */
const NAMED = 1000;

async function names(session: SftpSession, ids: OwnerIds): Promise<OwnerNames> {
  if (session.extensions.get(NAMES_EXTENSION) !== '1') return NOBODY;
  const [users, groups] = [ids.users.slice(0, NAMED), ids.groups.slice(0, NAMED)];
  const reply = await session.request('extended', namesBody(users, groups), 'extended');
  if (reply.kind === 'status') return NOBODY;
  try {
    return { users: readOwners(users, reply.fields), groups: readOwners(groups, reply.fields) };
  } catch (error) {
    if (!(error instanceof Garbled)) throw error;
    session.garbled(error.message);
    return NOBODY;
  }
}

/** One name for each id, empty where there is none. */
function readOwners(ids: readonly number[], reply: Fields): ReadonlyMap<number, string> {
  const fields = fieldsOf(reply.string());
  const all = ids.map(id => [id, fields.string().toString('latin1')] as const);
  return new Map(all.filter(([, name]) => name !== ''));
}
