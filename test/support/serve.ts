// `sshdrift serve` as a process of its own, ended with the test.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { MAIN } from './cli.ts';

export interface Serving {
  readonly child: ChildProcess;
  /** Base URL from the line on stderr. */
  readonly url: string;
  readonly stderr: () => string;
  /** Resolves with the exit code, or null after a kill. */
  readonly ended: Promise<number | null>;
}

export interface ServeSettings {
  readonly data: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Stands before the program, for example to run it elsewhere. */
  readonly prefix?: readonly string[];
}

/** A directory that is removed after the test. */
export function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sshdrift-data-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Resolves when it listens, on a free port; rejects with what it said if it ends before. */
export async function startServe({
  data,
  args = [],
  env = {},
  prefix = [],
}: ServeSettings): Promise<Serving> {
  const [command = '', ...rest] = [
    ...prefix,
    process.execPath,
    MAIN,
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--data',
    data,
    ...args,
  ];
  const child = spawn(command, rest, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', chunk => {
      said += chunk;
      const found = /status server on (http:\S+)\//.exec(said)?.[1];
      if (found) resolve(found);
    });
    void ended.then(code => reject(new Error(`serve ended with ${code}: ${said}`)));
  });
  return { child, url, stderr: () => said, ended };
}

/** POSTs a status and returns HTTP status, Retry-After and the document. */
export async function postTo(url: string, status: object, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${url}/api/status`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(status),
  });
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, retryAfter, document: JSON.parse(await response.text()) };
}
