import { type Payload, toPayload } from '../domain/payload.ts';
import type { Report, ServerReport } from '../domain/report.ts';
import { jsonText } from './json-text.ts';

/**
 * The status payloads of a run as one JSON document on one line, byte for byte what is posted: for exactly one server
 * the bare object, so that `jq .sync_status` works on it; otherwise an array, in the order of the servers.
 */
export function renderPayload(
  report: Report,
  payloadOf: (server: ServerReport) => Payload = server => toPayload(report.repo, server),
): string {
  const payloads = report.servers.map(payloadOf);
  return jsonText(payloads.length === 1 ? payloads[0] : payloads, 0);
}
