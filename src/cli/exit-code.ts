/** Fixed for ever; README and `--help` print the same table. Trouble (1) wins over drift (2). */
export const EXIT = {
  inSync: 0,
  trouble: 1,
  drift: 2,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
