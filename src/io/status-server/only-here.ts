import { isLoopback } from '../../domain/listen-address.ts';
import { jsonAnswer } from './answer.ts';
import type { AnswerRequest } from './answer-request.ts';

/**
 * Refuses requests for any name but those of this machine's loopback. A web page may come from a name that its owner has
 * pointed here meanwhile (DNS rebinding): for the browser it is then at home, and may post and read like a program.
 */
export const onlyHere =
  (answers: AnswerRequest): AnswerRequest =>
  async request =>
    isHere(request.headers.host)
      ? answers(request)
      : jsonAnswer(421, {
          error:
            'without GITOPS_STATUS_TOKEN this server answers to localhost and 127.0.0.1 only; behind a proxy give it a token, or start it with --insecure',
        });

/** A browser always names the host. */
const isHere = (host: string | undefined): boolean =>
  host === undefined || isLoopback(host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'));
