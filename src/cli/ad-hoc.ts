// `sshdrift check deploy@relay-1:2222` with no inventory at hand: an inventory of just these servers, by all defaults.

import { UserError } from '../domain/user-error.ts';

/** Inventory text (JSON is YAML) for `[user@]host[:port]` arguments; validated like any other inventory afterwards. */
export function adHocInventory(destinations: readonly string[]): string {
  const servers = destinations.map(destination => [nameOf(destination), destination] as const);
  const names = new Map<string, string>();
  for (const destination of destinations) {
    const name = nameOf(destination);
    const before = names.get(name) ?? destination;
    if (before !== destination)
      throw new UserError(`"${before}" and "${destination}" are one server`, 'Name each server once.');
    names.set(name, destination);
  }
  return JSON.stringify({
    servers: Object.fromEntries(servers.map(([name, text]) => [name, settingsOf(text)])),
  });
}

/** `[user@]host[:port]`, with an IPv6 address in brackets. */
const DESTINATION = /^(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.%]+)\]|([^@:\s[\]]+))(?::(\d{1,5}))?$/;

function parts(destination: string): { user?: string; host: string; port?: string } {
  const match = DESTINATION.exec(destination);
  if (!match) {
    throw new UserError(
      `"${destination}" is not [user@]host[:port]`,
      'There is no inventory.yaml here or above, so servers are taken as destinations; or give one with -i FILE.',
    );
  }
  const [, user, ipv6, host, port] = match;
  return { host: ipv6 ?? host ?? '', ...(user ? { user } : {}), ...(port ? { port } : {}) };
}

function nameOf(destination: string): string {
  const { host, port } = parts(destination);
  return port ? `${host}:${port}` : host;
}

function settingsOf(destination: string): object {
  const { user, host, port } = parts(destination);
  return { host, ssh: { ...(user ? { user } : {}), ...(port ? { port: Number(port) } : {}) } };
}

/** The names that {@link adHocInventory} gives, for selecting them. */
export const adHocNames = (destinations: readonly string[]): readonly string[] => destinations.map(nameOf);
