// A status server for tests of what posts to it: the real one, on a free port, with a data directory that goes with it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statusDocuments } from '../../src/cli/status-documents.ts';
import { STALE_SECONDS } from '../../src/domain/staleness.ts';
import type { StatusChange, StatusRecord } from '../../src/domain/status-record.ts';
import { HTTP_LIMITS } from '../../src/io/status-server/listen-http.ts';
import {
  type StatusServer,
  type StatusServerSettings,
  startStatusServer,
} from '../../src/io/status-server/start-status-server.ts';

export interface StatusReceiver {
  /** Base URL, as GITOPS_STATUS_SERVER_URL takes it. */
  readonly url: string;
  readonly server: StatusServer;
  readonly directory: string;
  /** Every stored record, in the order of arrival. */
  readonly received: () => readonly StatusRecord[];
  /** What changed with each of them. */
  readonly changes: readonly StatusChange[];
  /** Every sentence for the operator. */
  readonly told: readonly string[];
  /** Cuts every connection; removes the directory. */
  readonly close: () => Promise<void>;
}

/** Its clock is far ahead, so that statuses may have any date. */
export async function startStatusReceiver(
  settings: Partial<StatusServerSettings> = {},
): Promise<StatusReceiver> {
  const directory = settings.directory ?? mkdtempSync(join(tmpdir(), 'sshdrift-statuses-'));
  const changes: StatusChange[] = [];
  const told: string[] = [];
  const server = await startStatusServer({
    listen: { host: '127.0.0.1', port: 0 },
    directory,
    token: null,
    documents: statusDocuments('1.2.3', STALE_SECONDS * 1000),
    stored: change => void changes.push(change),
    tell: sentence => void told.push(sentence),
    now: () => new Date('2100-01-01T00:00:00Z'),
    limits: { ...HTTP_LIMITS, stopMs: 1 },
    ...settings,
  });
  return {
    url: server.url,
    server,
    directory,
    received: () => changes.map(({ kept }) => kept.record),
    changes,
    told,
    close: async () => {
      await server.stop();
      if (settings.directory === undefined) rmSync(directory, { recursive: true });
    },
  };
}
