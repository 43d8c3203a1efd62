// ssh-agent and its kin. Asked once for its keys, whatever the number of servers; an agent that does not answer is asked
// no more in this run. Nothing is ever forwarded to a server.

import pLimit from 'p-limit';
import {
  type AgentKey,
  listAnswer,
  listRequest,
  signAnswer,
  signRequest,
} from '../../domain/agent-message.ts';
import { agentRequest } from './agent-request.ts';

export interface Agent {
  readonly path: string;
  /** Its keys, or in words why it names none. A locked agent says that it has none. */
  readonly keys: () => Promise<readonly AgentKey[] | string>;
  /** A signature as it goes into a request, or in words why there is none. `algorithm` is that of the signature. */
  readonly sign: (blob: Buffer, data: Buffer, algorithm: string) => Promise<Buffer | string>;
}

const ANSWER_MS = 5_000;
/** Someone may have to look for the token, or read a dialogue. */
const HUMAN_MS = 60_000;

/** One agent for each socket. `attended` says that someone is there who could touch a token or confirm. */
export function createAgents(attended: boolean): (path: string) => Agent {
  const agents = new Map<string, Agent>();
  return path => {
    const agent = agents.get(path) ?? createAgent(path, attended ? HUMAN_MS : ANSWER_MS);
    agents.set(path, agent);
    return agent;
  };
}

function createAgent(path: string, signMs: number): Agent {
  // One signature at a time: a token can be touched for one, and ten dialogues at once help nobody.
  const limit = pLimit(1);
  let keys: Promise<readonly AgentKey[] | string> | undefined;
  let silent: string | null = null;
  const ask = async (request: Buffer, timeoutMs: number): Promise<Buffer | string> => {
    if (silent !== null) return silent;
    const answer = await agentRequest(path, request, timeoutMs);
    if (typeof answer === 'string') silent = answer;
    return answer;
  };
  const list = async (): Promise<readonly AgentKey[] | string> => {
    const answer = await ask(listRequest(), ANSWER_MS);
    if (typeof answer === 'string') return answer;
    return listAnswer(answer) ?? 'it does not name its keys';
  };
  return {
    path,
    keys: () => {
      keys ??= list();
      return keys;
    },
    sign: (blob, data, algorithm) =>
      limit(async () => {
        const answer = await ask(signRequest(blob, data, algorithm), signMs);
        if (typeof answer === 'string') return answer;
        return signAnswer(answer) ?? 'it refused to sign (locked, not confirmed, or not touched)';
      }),
  };
}
