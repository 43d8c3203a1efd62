import type { Target } from './target.ts';
import { answerTarget } from './targets/answer.ts';
import {
  inventoryTarget,
  jumpTarget,
  optionTarget,
  sshConfigTarget,
  watchTarget,
} from './targets/configuration.ts';
import { diffTarget, gitLogTarget } from './targets/git.ts';
import { agentTarget, ppkTarget, privateKeyTarget, publicKeyTarget } from './targets/keys.ts';
import { hostGlobTarget, hostKeyTarget, knownHostsTarget } from './targets/known-hosts.ts';
import { sftpTarget } from './targets/sftp.ts';
import { postedStatusTarget, retryAfterTarget, statusLogTarget, statusUrlTarget } from './targets/status.ts';
import { escapeTarget, redactTarget } from './targets/text.ts';

/** Everything that reads what others wrote. */
export const TARGETS: readonly Target[] = [
  answerTarget,
  knownHostsTarget,
  hostGlobTarget,
  hostKeyTarget,
  inventoryTarget,
  sshConfigTarget,
  jumpTarget,
  watchTarget,
  optionTarget,
  privateKeyTarget,
  ppkTarget,
  publicKeyTarget,
  agentTarget,
  postedStatusTarget,
  statusUrlTarget,
  retryAfterTarget,
  statusLogTarget,
  gitLogTarget,
  diffTarget,
  sftpTarget,
  escapeTarget,
  redactTarget,
];
