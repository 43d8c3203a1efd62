// The statuses of a watch on their way to the receiver. Of each server only the newest counts: while one is being posted,
// or the receiver is down, others take its place, so that nothing piles up and nothing waits for the receiver.

import type { Delivery } from '../domain/delivery.ts';
import { escapeText } from '../domain/escape.ts';
import type { Payload } from '../domain/payload.ts';
import { byPath } from '../domain/remote-path.ts';
import type { StatusPoster } from '../io/status-poster.ts';
import { jsonText } from '../render/json-text.ts';
import { failureLines, lines, postLines } from './deliver.ts';

export interface StatusMail {
  /** Takes a status that is worth a post; `changed` ones are told of on stderr. */
  readonly post: (payload: Payload, changed: boolean) => void;
  /** True if it is time to post the status of a server, although nothing has changed; from then on it is not. */
  readonly isDue: (server: string) => boolean;
  /** Posts again what could not be delivered. */
  readonly remind: (server: string) => void;
  readonly forget: (server: string) => void;
  /** Waits for what is under way, within the time that it has; resolves with what was not delivered. */
  readonly finish: () => Promise<readonly Delivery[]>;
}

export interface MailOptions {
  /** Milliseconds. */
  readonly heartbeatMs: number;
  /** By how much a heartbeat may be early, since it comes with a round. */
  readonly earlyMs: number;
  /** Takes lines for stderr. */
  readonly tell: (lines: string) => void;
}

interface Box {
  newest: { readonly payload: Payload; readonly changed: boolean } | null;
  sending: boolean;
  failed: Delivery | null;
}

/** Begins with nothing posted. */
export function createStatusMail(
  poster: StatusPoster,
  { heartbeatMs, earlyMs, tell }: MailOptions,
): StatusMail {
  const boxes = new Map<string, Box>();
  const beats = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  let down = false;

  const undelivered = (): readonly Box[] => [...boxes.values()].filter(({ failed }) => failed !== null);
  const send = async (box: Box): Promise<void> => {
    box.sending = true;
    while (box.newest !== null) {
      const letter = box.newest;
      const delivery = await poster.post(letter.payload);
      const isNewest = box.newest === letter;
      if (delivery.outcome === 'failed') {
        box.failed = delivery;
        // Once, not with every server and every heartbeat.
        if (!down)
          tell(
            lines([
              ...failureLines(delivery, 'delivered'),
              'sshdrift: it is tried again with every heartbeat',
            ]),
          );
        down = true;
        if (isNewest) break;
        continue;
      }
      box.failed = null;
      if (letter.changed) tell(postLines(delivery, letter.payload));
      if (isNewest) box.newest = null;
      if (down && undelivered().length === 0) {
        down = false;
        tell('sshdrift: all statuses are delivered again\n');
      }
    }
    box.sending = false;
  };
  const start = (box: Box): void => {
    if (box.sending) return;
    const sending = send(box).finally(() => underWay.delete(sending));
    underWay.add(sending);
  };
  return {
    post: (payload, changed) => {
      const box = boxes.get(payload.server) ?? { newest: null, sending: false, failed: null };
      boxes.set(payload.server, box);
      box.newest = { payload, changed };
      beats.set(payload.server, performance.now());
      start(box);
    },
    isDue: server => {
      const now = performance.now();
      if (now - (beats.get(server) ?? Number.NEGATIVE_INFINITY) < heartbeatMs - earlyMs) return false;
      beats.set(server, now);
      return true;
    },
    remind: server => {
      const box = boxes.get(server);
      if (box) start(box);
    },
    forget: server => {
      const box = boxes.get(server);
      if (box) box.newest = null;
      boxes.delete(server);
      beats.delete(server);
    },
    finish: async () => {
      poster.conclude();
      for (const box of undelivered()) start(box);
      await Promise.all(underWay);
      await poster.close();
      const left = undelivered();
      for (const { failed, newest } of left)
        if (failed && newest)
          tell(
            `sshdrift: error: the status of ${escapeText(failed.server)} was not delivered\n` +
              `sshdrift: undelivered: ${jsonText(newest.payload, 0)}`,
          );
      return left.flatMap(({ failed }) => failed ?? []).sort((a, b) => byPath(a.server, b.server));
    },
  };
}
