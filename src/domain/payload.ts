import { showPath } from './remote-path.ts';
import { driftedFiles, type ServerReport, type SyncStatus, utcSeconds } from './report.ts';

/** The standard status of one server, exactly the keys that gitops-status-server and its dashboard know, in order. */
export interface Payload {
  readonly repo: string;
  readonly server: string;
  readonly sync_status: SyncStatus;
  readonly drift_count: number;
  readonly files: readonly { readonly name: string }[];
  readonly last_check: string;
}

/** Builds the payload by allow-list: file names, never contents, hosts, users or causes. */
export function toPayload(repo: string, server: ServerReport): Payload {
  const files = driftedFiles(server).map(file => ({ name: showPath(file.name) }));
  return {
    repo,
    server: server.server,
    sync_status: server.status,
    drift_count: files.length,
    files,
    last_check: utcSeconds(server.checkedAt),
  };
}
