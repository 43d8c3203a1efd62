let loading: Promise<typeof import('ssh2').Client> | null = null;

/**
 * ssh2's client, loaded when the first server is to be connected with. Kept, because every `import()` of a CommonJS package
 * makes a copy of all that it exports, in a bundle, too.
 */
export function loadClient(): Promise<typeof import('ssh2').Client> {
  loading ??= import('ssh2/lib/client.js').then(loaded => loaded.default);
  return loading;
}
