// The text format of Prometheus (0.0.4). No label for a file: every new name would be a new series for ever.

import type { Payload } from '../domain/payload.ts';

/** A gauge with its samples; names and labels as Prometheus wants them. */
export interface MetricFamily {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels: Labels;
  readonly value: number;
}

export type Labels = Readonly<Record<string, string>>;

/** Content type of {@link renderMetrics}. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** One text for all families; those without a sample are left out. */
export const renderMetrics = (families: readonly MetricFamily[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(family)
    .join('');

const family = ({ name, help, samples }: MetricFamily): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples
    .map(({ labels, value }) => `${renderSeries(name, labels)} ${value}\n`)
    .join('')}`;

/** What stands before the value: the name and the labels. */
export const renderSeries = (name: string, labels: Labels): string =>
  `${name}{${Object.entries(labels)
    .map(([label, text]) => `${label}="${escapeLabel(text)}"`)
    .join(',')}}`;

const escapeLabel = (text: string): string =>
  text.replace(/[\\"\n]/g, char => (char === '\n' ? '\\n' : `\\${char}`));

/** What every sample of a server is labelled with. */
export const serverLabels = ({ repo, server }: Pick<Payload, 'repo' | 'server'>): Labels => ({
  repo,
  server,
});

/** The family that was pushed before there were statuses: a rollback finds it as it was. */
export const syncStatus = (statuses: readonly Payload[]): MetricFamily => ({
  name: 'gitops_sync_status',
  help: '1 if the server is in sync with Git, 0 if it is not or if that is not known.',
  samples: statuses.map(status => ({
    labels: serverLabels(status),
    value: status.sync_status === 'SYNCED' ? 1 : 0,
  })),
});

/** Name of the family whose value outlives a check that found out nothing. */
export const LAST_CHECK = 'gitops_last_check_timestamp_seconds';

/** What is known of servers, as families. `lastCheck` is Unix time in seconds, or null where it is not known. */
export function statusMetrics(
  statuses: readonly Payload[],
  lastCheck: (status: Payload) => number | null = postedCheck,
): readonly MetricFamily[] {
  return [
    syncStatus(statuses),
    {
      name: 'gitops_last_check_success',
      help: '1 if the last check could tell whether the server is in sync, 0 if it could not.',
      samples: statuses.map(status => ({
        labels: serverLabels(status),
        value: status.sync_status === 'UNKNOWN' ? 0 : 1,
      })),
    },
    {
      name: 'gitops_drift_files',
      help: 'Files that are known to differ from Git.',
      samples: statuses.map(status => ({ labels: serverLabels(status), value: status.drift_count })),
    },
    {
      name: LAST_CHECK,
      help: 'Unix time of the last check that was heard of.',
      samples: statuses.flatMap(status => {
        const value = lastCheck(status);
        return value === null ? [] : [{ labels: serverLabels(status), value }];
      }),
    },
  ];
}

const postedCheck = ({ last_check }: Payload): number => Date.parse(last_check) / 1000;

/** The family that tells which sshdrift speaks. */
export const buildInfo = (version: string, labels: Labels = {}): MetricFamily => ({
  name: 'sshdrift_build_info',
  help: 'Always 1; the label says which version of sshdrift this is.',
  samples: [{ labels: { version, ...labels }, value: 1 }],
});
