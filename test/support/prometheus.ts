// Debian's Prometheus and what it asks, each with a directory of its own. They listen on a port that the system picks, and
// their log says which. Gone when the test is over.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished } from 'vitest';

/** A directory that is removed after the test, and after the programs that were started later. */
export function programDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sshdrift-prometheus-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Resolves with the base URL when it listens; rejects with its log if it ends before. */
function start(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, [...args, '--web.listen-address=127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>(resolve => void child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return listening(child, program);
}

function listening(child: ChildProcess, program: string): Promise<string> {
  const log: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`${program} ended: ${log.join('\n')}`)));
    if (child.stderr === null) throw new Error('no log');
    createInterface(child.stderr).on('line', line => {
      log.push(line);
      const address = /msg="Listening on" address=(\S+)/.exec(line)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });
}

/** Exposes the *.prom files of a directory, and nothing else. */
export const startNodeExporter = (directory: string): Promise<string> =>
  start('prometheus-node-exporter', [
    '--collector.disable-defaults',
    '--collector.textfile',
    `--collector.textfile.directory=${directory}`,
    '--web.disable-exporter-metrics',
  ]);

/** Keeps nothing on the disk. */
export const startPushgateway = (): Promise<string> =>
  start('prometheus-pushgateway', ['--persistence.file=']);

/** A sample of the answer to a query: its labels but name, job and instance, and its value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus {
  /** The samples of an expression as of now, sorted by their labels. */
  readonly query: (expression: string) => Promise<readonly Sample[]>;
  /** Waits for a scrape that began later than now; resolves with what was wrong with it, or an empty text. */
  readonly scraped: () => Promise<string>;
}

/** What the HTTP API says, as far as it is looked at. */
interface QueryAnswer {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [at: number, value: string];
  }[];
}
interface TargetsAnswer {
  readonly activeTargets: readonly { readonly lastScrape: string; readonly lastError: string }[];
}

/** Scrapes one address ten times a second. */
export async function startPrometheus(target: string): Promise<Prometheus> {
  const directory = programDirectory();
  const config = join(directory, 'prometheus.yml');
  const scrape = {
    job_name: 'test',
    honor_labels: true,
    static_configs: [{ targets: [new URL(target).host] }],
  };
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '100ms', scrape_timeout: '100ms' },
      scrape_configs: [scrape],
    }),
  );
  const url = await start('prometheus', [`--config.file=${config}`, `--storage.tsdb.path=${directory}/data`]);
  const api = async <T>(path: string): Promise<T> =>
    JSON.parse(await (await fetch(`${url}/api/v1/${path}`)).text()).data;
  return {
    query: async expression => {
      const { result } = await api<QueryAnswer>(`query?query=${encodeURIComponent(expression)}`);
      return result.map(sampleOf).sort(byLabels);
    },
    scraped: async () => {
      const target = async () => (await api<TargetsAnswer>('targets')).activeTargets[0];
      const lastScrape = async (): Promise<number> => Date.parse((await target())?.lastScrape ?? '');
      const after = async (time: number): Promise<number> => {
        await expect.poll(lastScrape, { timeout: 20_000, interval: 50 }).toBeGreaterThan(time);
        return lastScrape();
      };
      // A scrape is known before its samples are; when the next one begins, they are.
      await after(await after(Date.now()));
      return (await target())?.lastError ?? 'no target';
    },
  };
}

const sampleOf = ({ metric, value }: QueryAnswer['result'][number]): Sample => {
  const { __name__, job, instance, ...labels } = metric;
  return { labels, value: Number(value[1]) };
};

const byLabels = (a: Sample, b: Sample): number =>
  JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1;

/** Fails unless promtool, which says nothing then, has nothing to say about a text. */
export function expectNoComplaint(metrics: string): void {
  expect(execFileSync('promtool', ['check', 'metrics'], { input: metrics, encoding: 'utf8' })).toBe('');
}
