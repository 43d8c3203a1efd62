// Keys that cannot be used, in words.

import type { AgentKey } from '../../domain/agent-message.ts';
import type { Destination } from '../../domain/destination.ts';
import type { Failure } from '../../domain/failure.ts';
import { type FileTrouble, VARIABLE } from './key-files.ts';
import type { KeyTrouble } from './signing-key.ts';

/** A file and its trouble, as part of a longer message. */
export const noteOf = ({ source, trouble }: FileTrouble): string => `${source}: ${troubleText(trouble)}`;

const troubleText = (trouble: KeyTrouble | null): string => {
  if (trouble === null) return 'no such file';
  if (trouble.kind === 'unusable') return trouble.detail;
  return trouble.kind === 'encrypted' ? 'it is encrypted' : 'wrong passphrase';
};

/** Why there is nothing to offer: the worst trouble, or, without any, that there are no keys. */
export function keyFailure(
  worst: FileTrouble | undefined,
  { identityFiles }: Destination,
  inAgent: readonly AgentKey[] | string,
): Failure {
  if (worst === undefined) {
    const agent = typeof inAgent === 'string' ? `, and the SSH agent gives none: ${inAgent}` : '';
    const detail = `neither is set, and there is no ${identityFiles.map(file => file.path).join(', ')}${agent}`;
    return { code: 'ssh/key-unusable', source: `${VARIABLE} or ssh.identity_file`, detail };
  }
  const { source, trouble } = worst;
  if (trouble === null || trouble.kind === 'unusable')
    return { code: 'ssh/key-unusable', source, detail: troubleText(trouble) };
  return { code: 'ssh/passphrase-needed', source, wrong: trouble.kind === 'wrong-passphrase' };
}
