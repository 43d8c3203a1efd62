import { CONTAINER_SECURITY, labels, POD_SECURITY, secretVariable } from './pod.ts';
import type { ClusterSettings } from './settings.ts';
import { STATUS_SERVER } from './status-server.ts';

/** Name and label of the check. */
export const CHECK = 'sshdrift-check';

/** Seconds for the run, after which what is known is reported; and for the pod, which pulls, clones and posts as well. */
const RUN_SECONDS = 90;
const POD_SECONDS = RUN_SECONDS + 90;

/** A directory that the clone makes: git trusts no repository in a directory of another user, as a volume's own is. */
const REPOSITORY = '/srv/repository';
const VOLUME = '/srv';

const clone = ({ image, repository }: ClusterSettings) => ({
  name: 'clone',
  image,
  command: ['git', 'clone', '--depth=1', '--', repository.url, REPOSITORY],
  env: [
    // Git goes on without it where the Secret does not exist.
    { name: 'GIT_CONFIG_GLOBAL', value: '/etc/sshdrift-git/config' },
    { name: 'GIT_TERMINAL_PROMPT', value: '0' },
  ],
  volumeMounts: [
    { name: 'work', mountPath: VOLUME },
    { name: 'git', mountPath: '/etc/sshdrift-git', readOnly: true },
  ],
  ...CONTAINER_SECURITY,
});

const check = ({ image }: ClusterSettings) => ({
  name: 'check',
  image,
  // Drift is on the status server; a failed job means that the check itself has failed.
  command: ['sshdrift', 'check', '--exit-zero', '--timeout', `${RUN_SECONDS}s`],
  workingDir: REPOSITORY,
  env: [
    { name: 'CI', value: 'true' },
    { name: 'GITOPS_STATUS_SERVER_URL', value: `http://${STATUS_SERVER}` },
    secretVariable('GITOPS_STATUS_TOKEN', 'status-token', false),
    // As in any pipeline; sshdrift takes secrets out of its environment before it starts another program.
    secretVariable('SSH_PRIVATE_KEY', 'private-key', false),
    secretVariable('SSH_KNOWN_HOSTS', 'known-hosts', true),
  ],
  volumeMounts: [
    { name: 'work', mountPath: VOLUME, readOnly: true },
    // Where --ref unpacks .gitattributes; and a place for temporary files is what programs expect.
    { name: 'tmp', mountPath: '/tmp' },
  ],
  ...CONTAINER_SECURITY,
});

/** The check, every two minutes; one that is due while another one runs is skipped. */
export const checkJob = (settings: ClusterSettings): object => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: CHECK, labels: labels(CHECK) },
  spec: {
    schedule: '*/2 * * * *',
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 60,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        // The next run is the retry.
        backoffLimit: 0,
        activeDeadlineSeconds: POD_SECONDS,
        template: {
          metadata: { labels: labels(CHECK) },
          spec: {
            restartPolicy: 'Never',
            ...POD_SECURITY,
            initContainers: [clone(settings)],
            containers: [check(settings)],
            volumes: [
              { name: 'work', emptyDir: { sizeLimit: '256Mi' } },
              { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
              { name: 'git', secret: { secretName: 'sshdrift-git', optional: true } },
            ],
          },
        },
      },
    },
  },
});
