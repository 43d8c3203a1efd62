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
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Content type of {@link renderMetrics}. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** One text for all families; those without a sample are left out. */
export const renderMetrics = (families: readonly MetricFamily[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(family)
    .join('');

const family = ({ name, help, samples }: MetricFamily): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.map(sample => line(name, sample)).join('')}`;

const line = (name: string, { labels, value }: MetricSample): string =>
  `${name}{${Object.entries(labels)
    .map(([label, text]) => `${label}="${escapeLabel(text)}"`)
    .join(',')}} ${value}\n`;

const escapeLabel = (text: string): string =>
  text.replace(/[\\"\n]/g, char => (char === '\n' ? '\\n' : `\\${char}`));

/** What is known of servers, as families. */
export function statusMetrics(statuses: readonly Payload[]): readonly MetricFamily[] {
  const each = (measure: (status: Payload) => number): readonly MetricSample[] =>
    statuses.map(status => ({
      labels: { repo: status.repo, server: status.server },
      value: measure(status),
    }));
  return [
    {
      name: 'gitops_sync_status',
      help: '1 if the server is in sync with Git, 0 if it is not or if that is not known.',
      samples: each(status => (status.sync_status === 'SYNCED' ? 1 : 0)),
    },
    {
      name: 'gitops_drift_files',
      help: 'Files that differ from Git.',
      samples: each(status => status.drift_count),
    },
    {
      name: 'gitops_last_check_timestamp_seconds',
      help: 'Unix time of the last check that was heard of.',
      samples: each(status => Date.parse(status.last_check) / 1000),
    },
  ];
}

/** The family that tells which sshdrift speaks. */
export const buildInfo = (version: string): MetricFamily => ({
  name: 'sshdrift_build_info',
  help: 'Always 1; the label says which version of sshdrift this is.',
  samples: [{ labels: { version }, value: 1 }],
});
