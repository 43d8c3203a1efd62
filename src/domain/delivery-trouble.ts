// Why a status was not delivered, as data; delivery-text.ts makes the English. Everything here that the receiver or the
// network said is raw, except that the token is already taken out of it.

import type { Receiver } from './receiver.ts';

/** What came of one try that did not succeed. */
export type Trouble =
  /** An answer other than 2xx, with the beginning of its body and the headers that say what to do. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      /** `Location`, resolved against the address that was asked, without userinfo, query and fragment. */
      readonly location: string | null;
      /** `Retry-After` as it was sent. */
      readonly retryAfter: string | null;
    }
  /** The try's own time limit passed without an answer. */
  | { readonly kind: 'no-answer'; readonly afterMs: number }
  /** The proxy did not open a tunnel. */
  | { readonly kind: 'proxy'; readonly status: number }
  /** Resolving, connecting, TLS or the connection failed; `code` is that of Node, OpenSSL or undici, or an error's name. */
  | { readonly kind: 'network'; readonly code: string; readonly detail: string };

/** Why there was no further try. */
export type GaveUp =
  /** Another try would end the same way. */
  | { readonly why: 'permanent' }
  | { readonly why: 'attempts' }
  /** The one deadline over all deliveries of the run. */
  | { readonly why: 'deadline'; readonly deadlineMs: number }
  /** The receiver asks for a longer wait than the deadline leaves. */
  | { readonly why: 'long-wait'; readonly waitMs: number; readonly leftMs: number }
  | { readonly why: 'interrupted'; readonly by: string };

/** Everything that the text of a failed delivery is made of. */
export interface FailedDelivery {
  readonly receiver: Receiver;
  readonly server: string;
  readonly endpoint: URL;
  readonly tokenSent: boolean;
  /** The proxy that may have stood between, without its password; null for none. */
  readonly proxy: string | null;
  /** Of the last try that came to an end; null if none did. */
  readonly trouble: Trouble | null;
  readonly gaveUp: GaveUp;
  readonly attempts: number;
}
