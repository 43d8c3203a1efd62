import type { Destination } from '../domain/destination.ts';
import { decodeBytes } from '../domain/escape.ts';
import type { Failure } from '../domain/failure.ts';
import { hasBegun } from '../domain/probe/answer.ts';
import { probeCommand } from '../domain/probe/command.ts';
import { elevate, elevationTrouble } from '../domain/probe/elevate.ts';
import { answerLimit, type Question } from '../domain/probe/question.ts';
import { type Connection, type Execution, isFailure, type Ports } from './ports.ts';

/** What the server said when it was asked with this nonce. */
export interface Asked {
  readonly nonce: string;
  readonly execution: Execution;
}

/**
 * Asks parts of a question over one connection, as root if the destination says so. sudo gets a password only after it
 * has said that it needs one: one more exec, once.
 */
export function createAsk(
  connection: Connection,
  destination: Destination,
  ports: Pick<Ports, 'nonce' | 'becomePassword'>,
): (part: Question) => Promise<Asked | Failure> {
  const { become, host, user } = destination;
  let password: string | null = null;

  const exec = async (part: Question): Promise<Asked | Failure> => {
    const nonce = ports.nonce();
    const command = probeCommand(part, nonce);
    const limit = answerLimit(part.maxFileSize);
    if (become === null || password === null) {
      const elevated = become === null ? command : elevate(command, become, false);
      const execution = await connection.exec(elevated, limit);
      return isFailure(execution) ? execution : { nonce, execution };
    }
    const execution = await connection.exec(elevate(command, become, true), limit, `${password}\n`);
    return isFailure(execution)
      ? execution
      : { nonce, execution: without(password, execution, hasBegun(nonce, execution.stdout)) };
  };

  const ask = async (part: Question): Promise<Asked | Failure> => {
    const asked = await exec(part);
    if (isFailure(asked) || become === null || hasBegun(asked.nonce, asked.execution.stdout)) return asked;
    const { stdout, stderr } = asked.execution;
    const trouble = elevationTrouble(`${decodeBytes(stderr)}\n${decodeBytes(stdout)}`);
    if (trouble === null) return asked;
    const { kind, line } = trouble;
    if (kind === 'password-required' && become === 'sudo' && password === null) {
      const release = connection.hold();
      password = await ports.becomePassword(destination);
      release();
      if (password !== null) return ask(part);
    }
    return { code: 'probe/elevation-failed', host, user, become, kind, output: line };
  };
  return ask;
}

/** A start-up file that reads stdin may print what it read: that goes no further. An answer's contents stay as they are. */
function without(password: string, execution: Execution, begun: boolean): Execution {
  const secret = Buffer.from(password).toString('latin1');
  const scrub = (bytes: Buffer): Buffer =>
    secret !== '' && bytes.includes(secret, 0, 'latin1')
      ? Buffer.from(bytes.toString('latin1').replaceAll(secret, '[password]'), 'latin1')
      : bytes;
  return {
    ...execution,
    stdout: begun ? execution.stdout : scrub(execution.stdout),
    stderr: scrub(execution.stderr),
  };
}
