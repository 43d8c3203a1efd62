import type { Destination } from '../domain/destination.ts';
import type { Failure } from '../domain/failure.ts';
import { firstWords } from '../domain/failure-quotes.ts';
import type { Answer } from '../domain/probe/answer.ts';
import type { Execution } from './ports.ts';

type Bad = Exclude<Answer, { kind: 'whole' }>;

const ANSWER_FAILURE: Readonly<
  Record<Bad['kind'], (asked: Destination, execution: Execution, answer: Bad) => Failure>
> = {
  none: ({ host, user }, execution) => ({
    code: 'probe/no-answer',
    host,
    user,
    exitCode: execution.exitCode,
    output: seen(execution),
  }),
  truncated: ({ host }, execution) => ({
    code: 'probe/truncated',
    host,
    exitCode: execution.exitCode,
    output: firstWords(execution.stderr),
  }),
  garbled: ({ host }, _execution, answer) => ({
    code: 'probe/garbled',
    host,
    detail: 'detail' in answer ? answer.detail : '',
  }),
};

/** What a person would have seen: the start of stderr, or of stdout where stderr is empty. Never file contents: without BEGIN none were sent. */
const seen = ({ stderr, stdout }: Execution): string => firstWords(stderr.length > 0 ? stderr : stdout);

/** Why an answer that is not whole is none. */
export const answerFailure = (destination: Destination, execution: Execution, answer: Bad): Failure =>
  ANSWER_FAILURE[answer.kind](destination, execution, answer);
