// What `doctor` makes of a server's report: the way to an answer as steps, each passed, broken or not reached. The check
// that it looks at is the real one, so the doctor cannot be more optimistic than the patient.

import type { FailureCode } from './failure.ts';
import { failureText } from './failure-text.ts';
import { showPath } from './remote-path.ts';
import type { ServerReport } from './report.ts';
import { OVER_SFTP } from './warnings.ts';

/** The way to an answer, in order; the first step is taken here, before the server is contacted. */
export const STEPS = [
  'own keys',
  'name',
  'connection',
  'host key',
  'authentication',
  'shell',
  'elevation',
  'tools',
  'answer',
  'files',
] as const;
export type Step = (typeof STEPS)[number];

/** The outcome of one step. `text` says what was found; `hint` what to do next. */
export type Finding =
  | { readonly state: 'passed'; readonly step: string; readonly text: string }
  /** Not wrong, but good to know. */
  | { readonly state: 'noticed'; readonly step: string; readonly text: string }
  | { readonly state: 'broken'; readonly step: string; readonly text: string; readonly hint: string }
  | { readonly state: 'not-reached'; readonly step: string };

/** The step at which each failure strikes; `null` for what is not the server's doing. */
const STEP_OF: Readonly<Record<FailureCode, Step | null>> = {
  'ssh/key-unusable': 'own keys',
  'ssh/passphrase-needed': 'own keys',
  'ssh/known-hosts-unreadable': 'own keys',
  'ssh/dns': 'name',
  'ssh/refused': 'connection',
  'ssh/unreachable': 'connection',
  'ssh/connect-timeout': 'connection',
  'ssh/timeout': 'connection',
  'ssh/not-ssh': 'connection',
  'ssh/closed-early': 'connection',
  'ssh/no-common-algorithm': 'connection',
  'ssh/protocol': 'connection',
  'ssh/proxy-failed': 'connection',
  'ssh/jump-failed': 'connection',
  'ssh/host-key-unknown': 'host key',
  'ssh/host-key-mismatch': 'host key',
  'ssh/host-key-revoked': 'host key',
  'ssh/host-certificate-only': 'host key',
  'ssh/auth-refused': 'authentication',
  'ssh/too-many-attempts': 'authentication',
  'ssh/channel-refused': 'shell',
  'ssh/exec-refused': 'shell',
  'probe/no-answer': 'shell',
  'ssh/sftp-garbled': 'answer',
  'probe/elevation-failed': 'elevation',
  'ssh/interrupted': 'answer',
  'probe/killed': 'answer',
  'probe/truncated': 'answer',
  'probe/garbled': 'answer',
  'probe/too-large': 'answer',
  'check/nothing-to-compare': 'files',
  'run/timeout': null,
  'run/interrupted': null,
};

/** One finding for each step, in order; nothing is said about steps behind a broken one. */
export function diagnose(report: ServerReport): readonly Finding[] {
  const { failure } = report;
  // A timeout strikes wherever the connection was busy.
  const place =
    failure?.code === 'ssh/timeout' ? STEP_OF_PHASE[failure.phase] : failure && STEP_OF[failure.code];
  const brokenAt = failure ? STEPS.indexOf(place ?? 'own keys') : STEPS.length;
  return STEPS.map((step, at): Finding => {
    if (failure && at === brokenAt) {
      const { message, hint } = failureText(failure);
      return { state: 'broken', step, text: `${failure.code}: ${message}`, hint };
    }
    if (at > brokenAt) return { state: 'not-reached', step };
    return PASSED[step](report);
  });
}

const STEP_OF_PHASE = {
  connect: 'connection',
  handshake: 'connection',
  authentication: 'authentication',
  probe: 'answer',
  waiting: 'connection',
} as const satisfies Readonly<Record<string, Step>>;

const passed = (step: Step, text: string): Finding => ({ state: 'passed', step, text });

const PASSED: Readonly<Record<Step, (report: ServerReport) => Finding>> = {
  'own keys': () => passed('own keys', 'private key and known_hosts can be read'),
  name: ({ host }) => passed('name', host),
  connection: ({ port }) => passed('connection', `SSH answers on port ${port}`),
  'host key': () => passed('host key', 'verified'),
  authentication: ({ user }) => passed('authentication', `logged in as ${user}`),
  shell: ({ warnings }) =>
    warnings.includes(OVER_SFTP)
      ? { state: 'noticed', step: 'shell', text: OVER_SFTP }
      : passed('shell', 'runs the probe'),
  elevation: ({ user, answeredBy }) =>
    passed('elevation', answeredBy?.become ? `root by ${answeredBy.become}` : `none: reads as ${user}`),
  tools: toolsFinding,
  answer: ({ durationMs }) => passed('answer', `whole, after ${durationMs} ms in all`),
  files: filesFinding,
};

function toolsFinding({ answeredBy, files }: ServerReport): Finding {
  if (!answeredBy) return passed('tools', 'none needed');
  const noStat = files.some(file => file.server !== null && file.server.metadata === null);
  const { hashTool } = answeredBy;
  if (hashTool !== null && !noStat) return passed('tools', hashTool);
  const text = [
    hashTool ?? 'no hash tool: the contents of all files are sent, drifted or not',
    ...(noStat ? ['no usable stat(1): mode and owner cannot be compared'] : []),
  ].join('; ');
  return { state: 'noticed', step: 'tools', text };
}

function filesFinding({ expected, compared, files }: ServerReport): Finding {
  const closed = files.filter(file => file.verdict === 'not-compared');
  if (closed.length === 0) return passed('files', `${compared} of ${expected} expected ones compared`);
  const list = closed.map(file => `${showPath(file.path)} (${file.cause})`).join(', ');
  const unreadable = closed.some(file => file.cause === 'unreadable');
  return {
    state: 'broken',
    step: 'files',
    text: `${compared} of ${expected} expected ones compared; not ${list}`,
    hint: unreadable
      ? 'Let the login read them (group, ACL), or set `become: sudo` for the server.'
      : 'Look at them on the server: ls -l',
  };
}
