import { constants, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';

/** A folder in the place of Lambda's `/opt`. */
export interface Opt {
  readonly path: string;
  /** The temporary folder around it. */
  readonly root: string;
  readonly remove: () => Promise<void>;
}

/**
 * Merges layers into one folder, in attach order.
 * Copied rather than linked: Node resolves links, and a layer's code would then find the packages around its source.
 */
export async function mountLayers(layers: readonly string[]): Promise<Opt> {
  const root = await mkdtemp(join(tmpdir(), 'suga-lambda-'));
  const forget = atExit(() => rmSync(root, { recursive: true, force: true }));
  const path = join(root, 'opt');
  const remove = async (): Promise<void> => {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
    forget();
  };
  try {
    await mkdir(path);
    for (const layer of layers) {
      await cp(layer, path, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
    }
    return { path, root, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
