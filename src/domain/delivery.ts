/** `not-sent`: the server is UNKNOWN and `--post-unknown` was not given, so its `last_check` is left to age. */
export type DeliveryOutcome = 'delivered' | 'failed' | 'not-sent';

/** What became of the status of one server, as in the `delivery` array of the JSON report. */
export interface Delivery {
  readonly server: string;
  readonly outcome: DeliveryOutcome;
  /** Of the last try; null if it brought no answer. */
  readonly httpStatus: number | null;
  /** Requests begun, the successful one included. */
  readonly attempts: number;
  /** What happened and why, safe to print; null unless failed. */
  readonly error: string | null;
  /** What to do next; null unless failed. */
  readonly hint: string | null;
}

/** The delivery of a status that is kept back on purpose. */
export const notSent = (server: string): Delivery => ({
  server,
  outcome: 'not-sent',
  httpStatus: null,
  attempts: 0,
  error: null,
  hint: null,
});
