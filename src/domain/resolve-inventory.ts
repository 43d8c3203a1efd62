// From what people write to what the program uses: defaults filled in, paths made absolute, and every server complete in
// itself. What a server says wins over what is said for all; `ssh` and `expect` key by key, `ignore` is added.

import { parseByteSize } from './byte-size.ts';
import { parseDuration } from './duration.ts';
import type { Expect, IgnoreRule, Inventory, Scope, Server, SshSettings } from './inventory.ts';
import type { RawExpect, RawInventory, RawServer, RawSsh } from './inventory-schema.ts';
import { normalizePath, resolveLocal } from './posix-path.ts';
import { parseKeyGlob } from './redact-keys.ts';
import { byPath, remotePath } from './remote-path.ts';
import { parseWatch } from './watch.ts';
import type { Path } from './yaml-position.ts';

/** What paths in the inventory are relative to, and where in its text something stands (`inventory.yaml:2:8`). */
export interface Places {
  readonly directory: string;
  readonly home: string;
  readonly position: (path: Path) => string;
}

const TIMEOUT_MS = 30_000;

/** Turns data that the schema accepted into the Inventory. */
export function resolveInventory(raw: RawInventory, places: Places): Inventory {
  const servers = Object.entries(raw.servers)
    .sort(([a], [b]) => byPath(remotePath(a), remotePath(b)))
    .map(([name, entry]): Server => {
      const server = entry ?? {};
      return {
        name,
        host: server.host ?? name,
        hostKeys: asList(server.host_key ?? []).map(key => key.replace(/=$/, '')),
        labels: server.labels ?? {},
        ssh: resolveSsh({ ...raw.ssh, ...server.ssh }, places),
        scope: resolveScope(raw, { name, ...server }, places),
      };
    });
  const alsoSecret = raw.redact.map(parseKeyGlob).filter(glob => glob !== null);
  return { repo: raw.repo ?? null, alsoSecret, servers };
}

function resolveSsh(raw: RawSsh, places: Places): SshSettings {
  return {
    user: raw.user ?? null,
    port: raw.port ?? null,
    identityFile: raw.identity_file === undefined ? null : resolveLocal(raw.identity_file, places),
    knownHosts:
      raw.known_hosts === undefined ? null : asList(raw.known_hosts).map(file => resolveLocal(file, places)),
    hostKeyPolicy: raw.host_key_policy ?? null,
    jump: raw.jump ?? null,
    become: raw.become === undefined || raw.become === 'none' ? null : raw.become,
    connectTimeoutMs: milliseconds(raw.connect_timeout),
    timeoutMs: milliseconds(raw.timeout) ?? TIMEOUT_MS,
  };
}

function resolveScope(
  all: RawInventory,
  server: RawServer & { readonly name: string },
  places: Places,
): Scope {
  return {
    layers: asList(server.files ?? all.files).map(path => resolveLocal(path, places)),
    root: remotePath(normalizePath(server.root ?? all.root)),
    watch: [...new Set(server.watch ?? all.watch)].map(path => parseWatch(remotePath(path))),
    unmanaged: server.unmanaged ?? all.unmanaged,
    ignore: [...all.ignore, ...(server.ignore ?? [])].map(ignoreRule),
    expect: resolveExpect({ ...all.expect, ...server.expect }),
    service: server.service ?? all.service,
    maxFileSize: bytes(server.max_file_size ?? all.max_file_size),
    filesPosition: places.position(
      server.files === undefined ? ['files'] : ['servers', server.name, 'files'],
    ),
  };
}

const ignoreRule = (raw: RawInventory['ignore'][number]): IgnoreRule => ({
  watch: parseWatch(remotePath(raw.path)),
  // A reason may be a folded block of several lines.
  reason: raw.reason.trim().replace(/\s+/g, ' '),
  until: raw.until ?? null,
});

function resolveExpect({ owner, group, mode }: RawExpect): Expect | null {
  if (owner === undefined && group === undefined && mode === undefined) return null;
  return { owner: owner ?? null, group: group ?? null, mode: mode?.padStart(4, '0') ?? null };
}

const asList = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

const milliseconds = (text: string | undefined): number | null =>
  text === undefined ? null : checked(parseDuration(text));

const bytes = (size: number | string): number =>
  typeof size === 'number' ? size : checked(parseByteSize(size));

/** The schema accepted the text, so a number comes out of it. */
function checked(value: number | null): number {
  if (value === null) throw new Error('a value passed the schema that cannot be read');
  return value;
}
