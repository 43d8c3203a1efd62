// One run of the built program over many hostile servers and one good one: what became of each of them, how much memory
// it took, and whether anything raw came out of it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { sshdrift } from './cli.ts';
import { createRepository, serverEntry } from './repository.ts';
import type { Sshd } from './sshd.ts';
import { startStatusReceiver } from './status-receiver.ts';

/** A server that a test has started. */
export interface Hostile {
  readonly host: string;
  readonly port: number;
  /** One known_hosts line; nothing where it never comes to a host key. */
  readonly knownHosts?: string;
  readonly stop: () => Promise<void>;
}

/** A server that misbehaves in one way, and what has to become of it. */
export interface HostileCase {
  readonly name: string;
  /** A permanent code, or a status where there is no failure. */
  readonly outcome: string | RegExp;
  readonly start: () => Promise<Hostile>;
  /** Milliseconds; short where the deadline is what ends it. */
  readonly timeoutMs?: number;
  /** More of the `ssh` of its inventory entry. */
  readonly ssh?: object;
  /** Part of the message. */
  readonly says?: string | RegExp;
}

export interface HostileRun {
  /** Outcomes by the names of the cases, as the cases write them. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, string>>;
  readonly peakMiB: number;
  readonly longestMs: number;
}

interface JsonReport {
  readonly servers: readonly JsonServer[];
  readonly delivery: readonly { readonly outcome: string }[];
}

interface JsonServer {
  readonly server: string;
  readonly sync_status: string;
  readonly duration_ms: number;
  readonly failure: { readonly code: string; readonly message: string; readonly hint: string } | null;
}

/** MiB that the program may take at most; it takes some 100 for one good server. */
const PEAK_MIB = 200;
/** No message is longer, in characters, whatever a server said. */
const LONGEST = 2000;
const GOOD = 'good';
/** Milliseconds; far more than any of them needs on a busy machine. */
const PATIENT_MS = 25_000;

/** Preloaded into the program: tells the most memory that it ever had. */
const PEAK = `data:text/javascript,import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.PEAK_FILE,String(process.resourceUsage().maxRSS)))`;

/** Runs the program, with `cases` and a good server, and holds to it what holds for every case. */
export async function runAgainst(
  cases: readonly HostileCase[],
  good: Sshd,
  peakMiB = PEAK_MIB,
  args: readonly string[] = [],
): Promise<HostileRun> {
  const dir = mkdtempSync(join(tmpdir(), 'sshdrift-hostile-'));
  const receiver = await startStatusReceiver();
  const servers = await Promise.all(cases.map(({ start }) => start()));
  const name = (i: number): string => `s${String(i).padStart(3, '0')}`;
  const entries = servers.map(({ host, port }, i) => {
    const { timeoutMs = PATIENT_MS, ssh = {} } = cases[i] as HostileCase;
    const login = { identity_file: good.identityFile, known_hosts: 'known_hosts', timeout: `${timeoutMs}ms` };
    return [name(i), { host, ssh: { user: 'root', port, ...login, ...ssh } }];
  });
  const repo = createRepository({
    'files/rsyslog.conf': MAIN_CONF,
    known_hosts: servers.map(({ knownHosts = '' }) => knownHosts).join(''),
    'inventory.yaml': JSON.stringify({
      repo: 'rsyslog',
      root: good.root,
      watch: [`${good.root}/rsyslog.conf`, `${good.root}/rsyslog.d/*.conf`],
      servers: Object.fromEntries([...entries, [GOOD, serverEntry(good)]]),
    }),
  });
  try {
    const peakFile = join(dir, 'peak');
    const { code, stdout, stderr } = await sshdrift(
      ['check', '--format', 'json', '-o', `text=${join(dir, 'text')}`, '--concurrency', '200', ...args],
      {
        cwd: repo.dir,
        env: {
          NODE_OPTIONS: `--import=${PEAK}`,
          PEAK_FILE: peakFile,
          GITOPS_STATUS_SERVER_URL: receiver.url,
        },
      },
    );
    const text = readFileSync(join(dir, 'text'), 'utf8');
    const peak = Number(readFileSync(peakFile, 'utf8')) / 1024;
    const { servers: all, delivery } = JSON.parse(stdout) as JsonReport;
    const of = (server: string): JsonServer => all.find(one => one.server === server) as JsonServer;
    for (const output of [stdout, stderr, text]) {
      expect(around(output, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]/)).toBeNull();
      expect(around(output, /\n +at \S+ \(|TypeError|undefined/)).toBeNull();
    }
    for (const { failure } of all)
      expect((failure?.message ?? '').length, failure?.message.slice(0, 80)).toBeLessThan(LONGEST);
    expect(of(GOOD)).toMatchObject({ sync_status: 'SYNCED', failure: null });
    const posted = receiver.received().filter(({ server }) => server === GOOD);
    // More than once the same if an answer took longer than one try may: the flood is for these processors, too.
    expect(new Set(posted.map(status => JSON.stringify(status))).size).toBe(1);
    expect(posted[0]).toMatchObject({ sync_status: 'SYNCED', drift_count: 0 });
    const statuses = all.map(({ sync_status }) => sync_status);
    const undelivered = delivery.some(({ outcome }) => outcome === 'failed');
    expect(code).toBe(
      undelivered || statuses.includes('UNKNOWN') ? 1 : statuses.includes('OUT_OF_SYNC') ? 2 : 0,
    );
    expect(peak).toBeLessThan(peakMiB);
    const each = <T>(value: (server: JsonServer) => T): Readonly<Record<string, T>> =>
      Object.fromEntries(cases.map((one, i) => [one.name, value(of(name(i)))]));
    return {
      outcomes: each(({ failure, sync_status }) => failure?.code ?? sync_status),
      messages: each(({ failure }) => failure?.message ?? ''),
      peakMiB: peak,
      longestMs: Math.max(...all.map(server => server.duration_ms)),
    };
  } finally {
    repo.remove();
    rmSync(dir, { recursive: true, force: true });
    await Promise.all([receiver.close(), ...servers.map(server => server.stop())]);
  }
}

/** What stands around the first match, for the message of a failed test. */
function around(text: string, pattern: RegExp): string | null {
  const at = text.search(pattern);
  return at === -1 ? null : text.slice(Math.max(0, at - 200), at + 50);
}

/** What the Git copy of rsyslog.conf says, and the good server. */
export const MAIN_CONF = 'main\n';

/** Holds every case to what it says of itself. */
export function expectOutcomes(cases: readonly HostileCase[], { outcomes, messages }: HostileRun): void {
  const expected = Object.fromEntries(
    cases.map(({ name, outcome }) => [
      name,
      typeof outcome === 'string' ? outcome : expect.stringMatching(outcome),
    ]),
  );
  expect(outcomes).toEqual(expected);
  for (const { name, says } of cases)
    if (says !== undefined)
      expect(messages[name], name).toMatch(says instanceof RegExp ? says : new RegExp(escapeRegExp(says)));
}

const escapeRegExp = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
