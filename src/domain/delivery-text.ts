// The only place where failed deliveries become English: which address, what happened, why there was no further try, and
// what to do next. What the receiver and the network said is escaped here.

import type { Delivery } from './delivery.ts';
import { deliveryHint } from './delivery-hint.ts';
import type { FailedDelivery, Trouble } from './delivery-trouble.ts';
import { escapeText } from './escape.ts';
import { printableLine } from './printable.ts';
import { RECEIVERS } from './receiver.ts';
import { hideSecrets } from './redact.ts';

/** A failed delivery as a value of the report. */
export function failedDelivery(failed: FailedDelivery): Delivery {
  const { receiver, server, endpoint, trouble, attempts } = failed;
  const parts = [trouble && troubleText(trouble), gaveUpText(failed)].filter(Boolean);
  return {
    server,
    outcome: 'failed',
    httpStatus: trouble?.kind === 'answer' ? trouble.status : null,
    attempts,
    error: `${RECEIVERS[receiver].method} ${escapeText(endpoint.href)}: ${parts.join('; ')}`,
    hint: deliveryHint(failed),
  };
}

const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

const tries = (attempts: number): string => (attempts === 1 ? 'one try' : `${attempts} tries`);

const TROUBLE: { readonly [K in Trouble['kind']]: (trouble: Extract<Trouble, { kind: K }>) => string } = {
  answer: t =>
    t.status >= 300 && t.status < 400
      ? `HTTP ${t.status}, the server answers with a redirect to ${t.location === null ? 'nowhere' : start(t.location)}`
      : `HTTP ${t.status}${beginning(t.body)}`,
  'no-answer': t => `no answer within ${seconds(t.afterMs)}`,
  proxy: t => `the proxy did not open a tunnel: HTTP ${t.status}`,
  network: t => `${words(t.code)}${printableLine(t.detail)}`,
};

/** What happened, in a few words that are safe to print. */
export const troubleText = <K extends Trouble['kind']>(trouble: Extract<Trouble, { kind: K }>): string =>
  TROUBLE[trouble.kind as K](trouble);

function gaveUpText({ gaveUp, trouble, attempts }: FailedDelivery): string {
  switch (gaveUp.why) {
    case 'permanent':
      return '';
    case 'attempts':
      return `gave up after ${tries(attempts)}`;
    case 'deadline': {
      const passed = `the deadline of ${seconds(gaveUp.deadlineMs)} for all deliveries`;
      if (attempts === 0) return `not tried: ${passed} has passed`;
      return trouble === null
        ? `no answer before ${passed}`
        : `gave up after ${tries(attempts)}: ${passed} leaves no time`;
    }
    case 'long-wait':
      return `it asks to wait ${seconds(gaveUp.waitMs)}, and only ${seconds(gaveUp.leftMs)} are left for all deliveries`;
    case 'interrupted':
      return `${attempts === 0 ? 'not tried: ' : ''}interrupted by ${escapeText(gaveUp.by)}`;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: ',
  ECONNRESET: 'connection cut: ',
  EPIPE: 'connection cut: ',
  UND_ERR_SOCKET: 'connection cut: ',
  EAI_AGAIN: 'no name server answers: ',
  ENOTFOUND: 'no such host: ',
  HTTPParserError: 'the answer is not HTTP: ',
};

const words = (code: string): string => WORDS[code] ?? '';

const SHOWN = 200;

/** The first characters of what a receiver says, safe to print; half a secret is not known to be one. */
function start(text: string): string {
  const characters = [...hideSecrets(text).slice(0, 2 * SHOWN + 1)];
  return `${escapeText(characters.slice(0, SHOWN).join(''))}${characters.length > SHOWN ? '…' : ''}`;
}

/** Enough of a body to recognise who is speaking; error pages are long and full of line breaks. */
function beginning(body: string): string {
  const shown = start(body.replace(/\s+/g, ' ').trim());
  return shown === '' ? '' : ` "${shown}"`;
}
