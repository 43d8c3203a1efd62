import type { Inventory, Server } from '../domain/inventory.ts';
import { UserError } from '../domain/user-error.ts';
import { matchesPattern } from '../domain/watch.ts';

export interface Selection {
  /** Names or globs from the command line. */
  readonly patterns: readonly string[];
  /** `KEY=VALUE` labels, all of which a server must have. */
  readonly labels: readonly string[];
  /** SERVER_NAME; the command line wins over it. */
  readonly serverName: string | null;
}

/** The servers that are meant, in the inventory's order. Whatever matches nothing is a mistake, not an empty check. */
export function selectServers(inventory: Inventory, selection: Selection): readonly Server[] {
  const names = inventory.servers.map(server => server.name);
  const known = `The inventory has: ${shortList(names)}.`;
  const patterns =
    selection.patterns.length > 0 || selection.serverName === null
      ? selection.patterns
      : [selection.serverName];
  const origin = patterns === selection.patterns ? '' : ' (from SERVER_NAME)';
  for (const pattern of patterns) {
    if (!names.some(name => isMeant(name, pattern))) {
      const hint = /[@:]/.test(pattern) ? `${known} ${DESTINATIONS}` : known;
      throw new UserError(`no server matches "${pattern}"${origin}`, hint);
    }
  }
  const labels = selection.labels.map(parseLabel);
  const servers = inventory.servers.filter(
    server =>
      (patterns.length === 0 || patterns.some(pattern => isMeant(server.name, pattern))) &&
      labels.every(([key, value]) => server.labels[key] === value),
  );
  if (servers.length === 0) {
    throw new UserError(
      `no server has ${selection.labels.map(label => `--select ${label}`).join(' ')}`,
      `Labels there: ${shortList(labelsOf(inventory)) || 'none'}.`,
    );
  }
  return servers;
}

const DESTINATIONS = 'Add it there; [user@]host[:port] is for directories without an inventory.';

const isMeant = (name: string, pattern: string): boolean => name === pattern || matchesPattern(pattern, name);

function parseLabel(label: string): readonly [string, string] {
  const at = label.indexOf('=');
  if (at < 1) throw new UserError(`--select ${label} is not KEY=VALUE`, 'Example: --select role=relay');
  return [label.slice(0, at), label.slice(at + 1)];
}

const labelsOf = ({ servers }: Inventory): readonly string[] =>
  [...new Set(servers.flatMap(server => Object.entries(server.labels).map(pair => pair.join('='))))].sort();

const shortList = (names: readonly string[]): string =>
  names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`;
