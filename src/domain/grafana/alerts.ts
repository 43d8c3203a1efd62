// Alert rules. One cause makes one alert: while the status server does not answer, only the rule that says so fires,
// and the others keep what they said last.

import { STALE_SECONDS } from '../staleness.ts';
import { DATA_SOURCE_UID, infinityQuery } from './infinity.ts';
import { AGE, COUNT, DRIFT, type Query } from './selectors.ts';

interface Rule {
  readonly uid: string;
  readonly title: string;
  readonly query: Query;
  /** The rule fires when the number is beyond `than`. */
  readonly when: { readonly is: 'gt' | 'lt'; readonly than: number };
  /** How long it must be so before anybody is told. */
  readonly for: string;
  readonly severity: 'warning' | 'critical';
  /** Where the data source has no row, and where it cannot be asked. */
  readonly noData: 'OK' | 'Alerting';
  readonly error: 'KeepLast' | 'Alerting';
  readonly summary: string;
  readonly description: string;
}

const RULES: readonly Rule[] = [
  {
    uid: 'gitops-out-of-sync',
    title: 'Server out of sync with Git',
    query: DRIFT,
    when: { is: 'gt', than: 0 },
    for: '5m',
    severity: 'warning',
    noData: 'OK',
    error: 'KeepLast',
    summary: '{{ $labels.server }} ({{ $labels.repo }}) is out of sync: {{ $values.A.Value }} drifted files',
    description:
      'Files on the server are not what Git says. The dashboard names them, `sshdrift check --diff` shows them.',
  },
  {
    uid: 'gitops-check-stale',
    title: 'No check for 10 minutes',
    query: AGE,
    when: { is: 'gt', than: STALE_SECONDS },
    for: '2m',
    severity: 'critical',
    noData: 'OK',
    error: 'KeepLast',
    summary:
      '{{ $labels.server }} ({{ $labels.repo }}) was last checked {{ humanizeDuration $values.A.Value }} ago',
    description:
      'The check does not run, cannot reach the server, or cannot deliver: `sshdrift doctor` says which. Until then the status is old.',
  },
  {
    uid: 'gitops-status-missing',
    title: 'Status server does not answer, or knows no server',
    query: COUNT,
    when: { is: 'lt', than: 1 },
    for: '5m',
    severity: 'critical',
    noData: 'Alerting',
    error: 'Alerting',
    summary: 'There are no statuses: the status server does not answer, or nothing was posted to it',
    description:
      'Drift would not be seen now. Open the address of the status server, and look at its /healthz.',
  },
];

/** The provisioning file of the alert rules. */
export const grafanaAlerts = (statusServer: string): object => ({
  apiVersion: 1,
  groups: [
    {
      orgId: 1,
      name: 'gitops-drift',
      folder: 'GitOps',
      interval: '1m',
      rules: RULES.map(rule => ruleObject(rule, statusServer)),
    },
  ],
});

const ruleObject = (rule: Rule, statusServer: string): object => ({
  uid: rule.uid,
  title: rule.title,
  condition: 'B',
  for: rule.for,
  noDataState: rule.noData,
  execErrState: rule.error,
  labels: { severity: rule.severity },
  annotations: { summary: rule.summary, description: rule.description },
  data: [
    {
      refId: 'A',
      datasourceUid: DATA_SOURCE_UID,
      relativeTimeRange: { from: 600, to: 0 },
      model: infinityQuery('A', statusServer, rule.query),
    },
    {
      refId: 'B',
      datasourceUid: '__expr__',
      model: {
        refId: 'B',
        type: 'threshold',
        expression: 'A',
        conditions: [{ evaluator: { type: rule.when.is, params: [rule.when.than] } }],
      },
    },
  ],
});
