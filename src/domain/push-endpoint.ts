// Where a Pushgateway takes the metrics of one server: the group that a PUT replaces is named by the path.
// https://github.com/prometheus/pushgateway#url

/** The job of the groups, the same for all servers. */
const JOB = 'gitops';

/** `BASE/metrics/job/gitops/repo/REPO/server/SERVER`; `base` ends without a slash. */
export const pushEndpoint = (base: string, repo: string, server: string): URL =>
  new URL(`${base}/metrics/job/${JOB}/${grouping('repo', repo)}/${grouping('server', server)}`);

/**
 * Everything but plain words goes as base64, which names the same group: a slash would end the value even when it is
 * escaped, and a path of dots is resolved by whoever handles the URL. Nothing at all is a lone `=`.
 */
const grouping = (label: string, value: string): string =>
  /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(value)
    ? `${label}/${value}`
    : `${label}@base64/${Buffer.from(value).toString('base64url') || '='}`;
