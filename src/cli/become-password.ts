import type { Destination } from '../domain/destination.ts';
import { escapeText } from '../domain/escape.ts';
import type { Terminal } from './world.ts';

/** Asks a person for sudo's password on a server, in sudo's words. Null if nobody is there, or wants to give one. */
export async function askBecomePassword(
  { user, host }: Destination,
  terminal: Terminal | null,
): Promise<string | null> {
  const typed = await terminal?.ask(escapeText(`[sudo] password for ${user}@${host}: `), { echo: false });
  return typed || null;
}
