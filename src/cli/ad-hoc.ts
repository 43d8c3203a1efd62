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

/** `[user@]host[:port]`. An IPv6 address may have a scope (`%eth0`), and needs brackets if a port follows. */
const DESTINATION =
  /^(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\](?::(\d{1,5}))?|([0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*(?:%[\w.-]+)?)|([^@:\s[\]]+)(?::(\d{1,5}))?)$/;

function parts(destination: string): { user?: string; host: string; port?: string } {
  const match = DESTINATION.exec(destination);
  if (!match) {
    throw new UserError(
      `"${destination}" is not [user@]host[:port]`,
      'Write it like deploy@relay-1.example.net:2222. Servers have names only in an inventory.yaml, here or above.',
    );
  }
  const [, user, bracketed, ipv6Port, ipv6, name, namePort] = match;
  const [host, port] = [bracketed ?? ipv6 ?? name ?? '', ipv6Port ?? namePort];
  return { host, ...(user ? { user } : {}), ...(port ? { port } : {}) };
}

function nameOf(destination: string): string {
  const { host, port } = parts(destination);
  // A name holds no %, and the scope says nothing that the address does not.
  const name = host.replace(/%.*/, '');
  return port ? `${name}:${port}` : name;
}

function settingsOf(destination: string): object {
  const { user, host, port } = parts(destination);
  return { host, ssh: { ...(user ? { user } : {}), ...(port ? { port: Number(port) } : {}) } };
}

/** The names that {@link adHocInventory} gives, for selecting them. */
export const adHocNames = (destinations: readonly string[]): readonly string[] => destinations.map(nameOf);
