import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DemoTree } from '../domain/demo-files.ts';

/** A temporary directory with a repository and the /etc of a server. */
export interface DemoSite {
  /** Holds inventory.yaml and files/. */
  readonly repository: string;
  /** What the demo's server has in the place of /etc. */
  readonly etc: string;
  readonly remove: () => Promise<void>;
}

export async function createDemoSite(git: DemoTree, server: DemoTree): Promise<DemoSite> {
  const directory = await mkdtemp(join(tmpdir(), 'sshdrift-demo-'));
  const [repository, etc] = [join(directory, 'repository'), join(directory, 'etc')];
  await writeTree(join(repository, 'files'), git, etc);
  await writeTree(etc, server, etc);
  return { repository, etc, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** A path below /etc in the texts becomes one below `etc`, or the check would warn of an include that nobody watches. */
async function writeTree(directory: string, tree: DemoTree, etc: string): Promise<void> {
  for (const [name, text] of Object.entries(tree)) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text.replaceAll('/etc/', `${etc}/`));
    // Whatever the umask is here: a world-writable file would be a finding of its own.
    await chmod(path, 0o644);
  }
}

/** Writes the repository's inventory. */
export const writeInventory = (site: DemoSite, text: string): Promise<void> =>
  writeFile(join(site.repository, 'inventory.yaml'), text);
