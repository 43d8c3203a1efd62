// A known_hosts text by name: a fleet's file has some lines for each server, and no server needs the others. Of a line only
// the hosts are looked at until a name asks for it; to check the keys of 1,500 lines takes as long as two handshakes.

import { asciiLower } from './host-pattern.ts';
import { hostsOf, type KnownHost, parseKnownHost } from './known-hosts.ts';

export interface KnownHostsIndex {
  /**
   * The valid lines, in order, that may speak for one of the names: all that do, and those with patterns or hashes, which
   * tell only when they are compared. Names are in lower case.
   */
  readonly linesFor: (names: readonly string[]) => readonly KnownHost[];
}

/** Of a file with this path, or another name for where the text came from. */
export function indexKnownHosts(file: string, text: string): KnownHostsIndex {
  const lines = text.split('\n');
  const byName = new Map<string, number[]>();
  const others: number[] = [];
  for (const [at, line] of lines.entries()) {
    const hosts = hostsOf(line);
    if (hosts === null) continue;
    if (/[*?!|]/.test(hosts)) others.push(at);
    else
      for (const name of asciiLower(hosts).split(',')) {
        const known = byName.get(name);
        if (known === undefined) byName.set(name, [at]);
        else known.push(at);
      }
  }
  const parsed = new Map<number, KnownHost | null>();
  const lineAt = (at: number): KnownHost | null => {
    const known = parsed.get(at);
    if (known !== undefined) return known;
    const line = parseKnownHost(lines[at] ?? '', { file, line: at + 1 });
    parsed.set(at, line);
    return line;
  };
  return {
    linesFor: names => {
      const found = new Set([...others, ...names.flatMap(name => byName.get(name) ?? [])]);
      return [...found].sort((a, b) => a - b).flatMap(at => lineAt(at) ?? []);
    },
  };
}
