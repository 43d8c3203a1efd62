// The status server: a locked data directory, what it holds, and HTTP before it.

import { escapeText } from '../../domain/escape.ts';
import { isLoopback, type ListenAddress, urlOf } from '../../domain/listen-address.ts';
import type { StatusChange } from '../../domain/status-record.ts';
import { UserError } from '../../domain/user-error.ts';
import { fileTrouble } from '../file-trouble.ts';
import { makeDirectory } from '../make-directory.ts';
import { createAnswers, type Documents } from './answer-request.ts';
import { lockDirectory } from './directory-lock.ts';
import { HTTP_LIMITS, type HttpLimits, listenHttp } from './listen-http.ts';
import { onlyHere } from './only-here.ts';
import { openStatusLog } from './status-log.ts';
import { createStatusStore, type StatusStore } from './status-store.ts';

/** What a status server is given. */
export interface StatusServerSettings {
  readonly listen: ListenAddress;
  /** Made if it is not there. */
  readonly directory: string;
  /** Bearer token for posts; null takes posts from everybody. */
  readonly token: string | null;
  /** Answers to every name, although there is no token. */
  readonly insecure?: boolean;
  readonly documents: Documents;
  /** Called for each status that was stored, after its answer was decided. */
  readonly stored: (change: StatusChange) => void;
  /** Takes a sentence for the operator's log, safe to print. */
  readonly tell: (sentence: string) => void;
  readonly now: () => Date;
  readonly limits?: HttpLimits;
}

/** A running status server. */
export interface StatusServer {
  /** Base URL, with the port that it really has. */
  readonly url: string;
  readonly store: StatusStore;
  /** Takes no new connection, finishes what is under way, and gives the directory back. */
  readonly stop: () => Promise<void>;
}

/** Resolves when it listens. Throws UserError for a directory or an address that cannot be used. */
export async function startStatusServer(settings: StatusServerSettings): Promise<StatusServer> {
  const { directory, tell, limits = HTTP_LIMITS } = settings;
  await makeDataDirectory(directory);
  const lock = await lockDirectory(directory);
  let store: StatusStore | null = null;
  try {
    const opened = await openStatusLog(directory);
    if (opened.cutBytes > 0)
      tell(`an unfinished write of ${opened.cutBytes} bytes, which nobody was told was stored, was cut off`);
    store = createStatusStore({
      opened,
      isOurs: lock.isHeld,
      stored: settings.stored,
      diskTrouble: reason =>
        tell(
          reason === null
            ? 'statuses can be written again'
            : `statuses cannot be written: ${reason}; they are refused with HTTP 503 until they can`,
        ),
    });
    const answers = createAnswers({ store, token: settings.token, now: settings.now }, settings.documents);
    const local = settings.token === null && isLoopback(settings.listen.host) && settings.insecure !== true;
    const counter = { answers: local ? onlyHere(answers) : answers, tell };
    const http = await listenHttp(counter, settings.listen, limits);
    const owned = store;
    return {
      url: urlOf({ host: settings.listen.host, port: http.port }),
      store,
      stop: async () => {
        await http.stop();
        await owned.close();
        await lock.release();
      },
    };
  } catch (error) {
    await store?.close();
    await lock.release();
    throw error;
  }
}

async function makeDataDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(directory, 0o700);
  } catch (error) {
    throw new UserError(
      `cannot make the data directory ${escapeText(directory)}: ${fileTrouble(error)}`,
      'Name a directory with --data that this user may write.',
    );
  }
}
