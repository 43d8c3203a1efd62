// The inventory.yaml that `sshdrift init` writes. What all servers have in common is said once.

import { Document, isCollection, type Scalar, type YAMLMap } from 'yaml';
import type { Destination } from './destination.ts';
import { asciiLower } from './host-pattern.ts';
import type { Server } from './inventory.ts';
import { type RemotePath, remotePath, showPath, toBytes } from './remote-path.ts';
import type { LeftOut, StartingServer } from './starting-repository.ts';
import { watchText } from './watch.ts';

/** One server as it was reached, and what it takes from the repository. */
export interface InventoryEntry {
  readonly server: Server;
  readonly destination: Destination;
  readonly from: StartingServer;
}

/** Inventory text for servers in this order, in a repository of this name; at least one. */
export function startingInventory(
  repo: string,
  entries: readonly [InventoryEntry, ...InventoryEntry[]],
): string {
  const [{ server, destination }] = entries;
  const user = entries.every(entry => entry.destination.user === destination.user) ? destination.user : null;
  const layers = entries.every(({ from }) => same(from.layers, ['files'])) ? ['files'] : null;
  const shared = entries[0].from.leftOut.filter(one =>
    entries.every(({ from }) => from.leftOut.some(other => same(rule(other), rule(one)))),
  );
  const ssh = { ...(user === null ? {} : { user }), known_hosts: 'known_hosts', ...becomeOf(destination) };
  const { root, watch } = server.scope;
  const content = {
    ...(/^(?!\s)[^\p{Cc}]+(?<!\s)$/u.test(repo) ? { repo } : {}),
    ...(layers === null ? {} : { files: 'files' }),
    root: textOf(root),
    watch: watch.map(watchText).map(textOf),
    ...(shared.length > 0 ? { ignore: shared.map(rule) } : {}),
    ssh,
    servers: new Map(
      entries.map(entry => [
        entry.server.name,
        {
          host: entry.server.host,
          ...sshOf(entry.destination, user),
          ...(layers === null ? { files: entry.from.layers } : {}),
          ...ignoreOf(entry.from.leftOut.filter(one => !shared.some(other => same(rule(other), rule(one))))),
        },
      ]),
    ),
  };
  return layOut(new Document(content, { aliasDuplicateObjects: false }), entries);
}

const HEAD =
  'Began as a copy of what these servers had (sshdrift init). `sshdrift check` compares them with it.';

/** Both came from text. */
const textOf = (path: RemotePath): string => toBytes(path).toString('utf8');

const rule = ({ path, reason }: LeftOut) => ({ path, reason });
const ignoreOf = (leftOut: readonly LeftOut[]) => (leftOut.length > 0 ? { ignore: leftOut.map(rule) } : {});
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const becomeOf = ({ become }: Destination) => (become === null ? {} : { become });

function sshOf({ user, port }: Destination, common: string | null) {
  const ssh = { ...(user === common ? {} : { user }), ...(port === 22 ? {} : { port }) };
  return Object.keys(ssh).length > 0 ? { ssh } : {};
}

/** Short maps and lists in one line; above a server, what only this machine knows about the way to it. */
function layOut(document: Document, entries: readonly InventoryEntry[]): string {
  const inOneLine = (node: unknown): void => {
    if (isCollection(node)) node.flow = true;
  };
  const eachInOneLine = (node: unknown): void => {
    if (isCollection(node)) for (const item of node.items) inOneLine(item);
  };
  for (const key of ['watch', 'ssh']) inOneLine(document.get(key));
  eachInOneLine(document.get('ignore'));
  const servers = document.get('servers') as YAMLMap<Scalar<string>, YAMLMap>;
  servers.items.forEach(({ key, value }, index) => {
    const { server, destination } = entries[index] as InventoryEntry;
    if (!value?.has('ignore')) inOneLine(value);
    for (const list of ['ssh', 'files']) inOneLine(value?.get(list));
    eachInOneLine(value?.get('ignore'));
    const way = wayOf(server, destination);
    if (way !== null) key.commentBefore = ` ${way}`;
  });
  document.commentBefore = ` ${HEAD}`;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** What of the user's ssh configuration another machine would have to know; null for nothing. */
function wayOf({ host }: Server, { host: real, via }: Destination): string | null {
  const parts = [
    ...(asciiLower(host) === asciiLower(real) ? [] : [`is ${showPath(remotePath(real))}`]),
    ...(via === null
      ? []
      : [`lies behind ${via.kind === 'jump' ? `${via.hop.user}@${via.hop.host}` : 'a proxy command'}`]),
  ];
  return parts.length === 0
    ? null
    : `By the ssh configuration of whoever wrote this, it ${parts.join(' and ')}; elsewhere set \`host\` and \`ssh.jump\`.`;
}
