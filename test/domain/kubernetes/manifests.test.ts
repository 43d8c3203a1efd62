// The manifests against the types of the Kubernetes API: the compiler refuses unknown, missing and wrong keys. What types
// cannot say is asserted below.

import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { sshdrift } from '../../support/cli.ts';
import { type Json, typeErrors } from '../../support/type-errors.ts';

const IMAGE = 'registry.example.net/sshdrift:1.0';
const REPOSITORY = 'https://git.example.net/rsyslog.git';

const k8s = (...args: readonly string[]) => sshdrift(['k8s', ...args], { cwd: '/' });

async function manifests(...args: readonly string[]): Promise<readonly Json[]> {
  const { code, stdout, stderr } = await k8s('--image', IMAGE, '--repository', REPOSITORY, ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return parseAllDocuments(stdout).map(document => document.toJS());
}

const MODULES: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'batch/v1': 'batch/v1',
  'networking.k8s.io/v1': 'networking/v1',
};

const typeErrorsOf = (all: readonly Json[]): string =>
  typeErrors(
    all.map(({ apiVersion, kind, ...rest }) => ({
      type: `import('kubernetes-types/${MODULES[apiVersion]}').${kind}`,
      value: { apiVersion, kind, ...rest },
    })),
  );

describe('the types of the Kubernetes API', () => {
  test('fit', async () => {
    const all = await manifests('--namespace', 'observability-stack');
    expect(all.map(({ kind }) => kind)).toEqual([
      'PersistentVolumeClaim',
      'Deployment',
      'Service',
      'CronJob',
      'NetworkPolicy',
      'NetworkPolicy',
    ]);
    expect(typeErrorsOf(all)).toBe('');
  });

  test.each([
    [
      'an unknown key',
      'CronJob',
      (spec: Json) => (spec.jobTemplate.spec.template.spec.restartPolice = 'Never'),
    ],
    ['a missing key', 'Deployment', (spec: Json) => delete spec.selector],
    ['a value of a wrong type', 'Service', (spec: Json) => (spec.ports[0].port = '80')],
  ])('would not fit with %s', async (_, kind, change) => {
    const all = await manifests();
    change(all.find(one => one.kind === kind).spec);
    expect(typeErrorsOf(all)).toContain('error TS');
  });
});

const podOf = (manifest: Json): Json => (manifest.spec.jobTemplate ?? manifest).spec.template;

test('every pod has no rights, and can write nothing but volumes', async () => {
  const pods = (await manifests()).filter(({ kind }) => ['Deployment', 'CronJob'].includes(kind)).map(podOf);
  expect(pods).toHaveLength(2);
  for (const { spec } of pods) {
    expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
      expect(container.image).toBe(IMAGE);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(Object.keys(container.resources)).toEqual(['requests', 'limits']);
      const volumes = spec.volumes.map(({ name }: Json) => name);
      for (const { name } of container.volumeMounts) expect(volumes).toContain(name);
    }
  }
});

test('checks do not overlap, are not retried, and have time for their own deadline and the report', async () => {
  const { spec } = (await manifests()).find(({ kind }) => kind === 'CronJob');
  const job = spec.jobTemplate.spec;
  expect(spec).toMatchObject({ schedule: '*/2 * * * *', concurrencyPolicy: 'Forbid' });
  expect(spec.startingDeadlineSeconds).toBeGreaterThanOrEqual(10); // the controller looks every 10 seconds
  expect(job).toMatchObject({ backoffLimit: 0, template: { spec: { restartPolicy: 'Never' } } });
  const [check] = job.template.spec.containers;
  const deadline = Number(/--timeout (\d+)s/.exec(check.command.join(' '))?.[1]);
  expect(job.activeDeadlineSeconds).toBeGreaterThan(deadline + 30);
});

test('the commands are ones that the program has', async () => {
  const [server, clone, check] = (await manifests())
    .filter(({ kind }) => ['Deployment', 'CronJob'].includes(kind))
    .map(manifest => podOf(manifest).spec)
    .flatMap(({ initContainers = [], containers }) => [...initContainers, ...containers]);
  expect(clone.command).toEqual(['git', 'clone', '--depth=1', '--', REPOSITORY, check.workingDir]);
  expect(server.command.slice(0, 2)).toEqual(['sshdrift', 'serve']);
  const help = await sshdrift(['check', '--help'], { cwd: '/' });
  for (const word of check.command.slice(2).filter((word: string) => word.startsWith('--')))
    expect(help.stdout).toContain(word);
});

test('the status server has one writer, and its service, probes and policies name its port', async () => {
  const all = await manifests();
  const of = (kind: string, at = 0): Json => all.filter(one => one.kind === kind)[at];
  const [server] = podOf(of('Deployment')).spec.containers;
  expect(of('Deployment').spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  const [port] = server.ports;
  expect(server.command).toContain(`0.0.0.0:${port.containerPort}`);
  expect(of('Service').spec.ports).toEqual([{ name: port.name, port: 80, targetPort: port.name }]);
  for (const probe of [server.readinessProbe, server.livenessProbe])
    expect(probe.httpGet).toEqual({ path: '/healthz', port: port.name });

  const [check] = podOf(of('CronJob')).spec.containers;
  const url = check.env.find(({ name }: Json) => name === 'GITOPS_STATUS_SERVER_URL').value;
  expect(url).toBe(`http://${of('Service').metadata.name}`);

  const labels = podOf(of('Deployment')).metadata.labels;
  expect(of('Service').spec.selector).toEqual(labels);
  expect(of('NetworkPolicy').spec).toEqual({
    podSelector: { matchLabels: labels },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [{ protocol: 'TCP', port: port.containerPort }] }],
    egress: [],
  });
  expect(of('NetworkPolicy', 1).spec).toMatchObject({
    podSelector: { matchLabels: podOf(of('CronJob')).metadata.labels },
    ingress: [],
    egress: [
      { ports: [{ port: 53 }, { port: 53 }] },
      { ports: [{ port: 22 }, { port: 443 }] },
      { to: [{ podSelector: { matchLabels: labels } }], ports: [{ port: port.containerPort }] },
    ],
  });
});

test('no Secret is printed, and the status server does not see the key', async () => {
  const all = await manifests();
  expect(all.map(({ kind }) => kind)).not.toContain('Secret');
  const keys = (pod: Json) => JSON.stringify(pod).match(/"key":"[\w-]+"/g);
  expect(keys(podOf(all.find(({ kind }) => kind === 'Deployment')))).toEqual(['"key":"status-token"']);
});

test('a namespace is in every manifest, or in none', async () => {
  for (const { metadata } of await manifests('--namespace', 'ops')) expect(metadata.namespace).toBe('ops');
  for (const { metadata } of await manifests()) expect(metadata).not.toHaveProperty('namespace');
});

test.each([
  ['git@git.example.net:rsyslog.git', [22]],
  ['ssh://git@git.example.net:2222/rsyslog.git', [22, 2222]],
  ['https://git.example.net:8443/rsyslog.git', [22, 8443]],
])('%s is cloned, through the policy', async (repository, ports) => {
  const { stdout } = await k8s('--image', IMAGE, '--repository', repository);
  const all: Json[] = parseAllDocuments(stdout).map(document => document.toJS());
  expect(podOf(all[3]).spec.initContainers[0].command).toContain(repository);
  expect(all[5].spec.egress[1].ports.map(({ port }: Json) => port)).toEqual(ports);
});

test.each([
  [['--repository', REPOSITORY], '--image'],
  [['--image', IMAGE], '--repository'],
  [['--image', '-x y', '--repository', REPOSITORY], 'not the name of an image'],
  [['--image', IMAGE, '--repository', '--upload-pack=touch x'], 'not a URL'],
  [['--image', IMAGE, '--repository', '/srv/git'], 'not a URL'],
  [['--image', IMAGE, '--repository', 'https://x:hidden@git.example.net/r'], 'user name or a password'],
  [['--image', IMAGE, '--repository', 'https://hidden@git.example.net/r'], 'user name or a password'],
  [['--image', IMAGE, '--repository', REPOSITORY, '--namespace', 'Ops\n'], '"Ops\\x0a" is not the name'],
])('%j is refused', async (args, message) => {
  const { code, stdout, stderr } = await k8s(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('hidden');
});
