/** One committed version of a file: the newest commit that brought these bytes. `date` is the committer's. */
export interface CommittedVersion {
  /** Commit id in full. */
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  readonly date: Date;
  /**
   * Commits that changed the file between this version and the one that is compared with: 0 if nothing was committed
   * since, null if the version is not in the history of what is compared with, but on another branch or tag.
   */
  readonly commitsBehind: number | null;
}

/** Where the server's contents of a file come from. */
export type Origin =
  /** The server holds another committed version: it is not deployed yet, or was rolled back. */
  | { readonly kind: 'behind'; readonly version: CommittedVersion }
  /** These contents were never committed. The nearest committed version, if any, is what somebody edited. */
  | { readonly kind: 'edited'; readonly nearest: (CommittedVersion & { readonly bytes: Buffer }) | null }
  /** Git cannot say; `reason` is for the operator, without final period, safe to print. */
  | { readonly kind: 'unknown'; readonly reason: string };
