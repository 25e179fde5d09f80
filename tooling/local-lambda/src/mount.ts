import { constants, existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';
import type { Settings } from './settings.ts';

/** Folders that replace Lambda's own. */
export interface Mounted {
  /** Replaces `/opt`. */
  readonly opt: string;
  /** Replaces `/var/task`. */
  readonly task: string;
  /** The temporary folder that contains both. */
  readonly root: string;
  readonly remove: () => Promise<void>;
}

/**
 * Copies the function's code and its layers, merged in attach order, into new folders.
 * Links would not do: Node resolves them, and linked code would find the packages around its source.
 */
export async function mount({ taskRoot, layers, nodeVersion }: Settings): Promise<Mounted> {
  const root = await mkdtemp(join(tmpdir(), 'suga-lambda-'));
  const forget = atExit(() => rmSync(root, { recursive: true, force: true }));
  const remove = async (): Promise<void> => {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
    forget();
  };
  try {
    const [opt, task] = [join(root, 'opt'), join(root, 'var', 'task')];
    await mkdir(opt);
    for (const layer of layers) await cp(layer, opt, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
    await cp(taskRoot, task, { recursive: true, mode: constants.COPYFILE_FICLONE });
    await linkAbove(root, opt, nodeVersion.major);
    return { opt, task, root, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Links the layers' packages above the task root, in NODE_PATH's order, so that `import` finds them by walking up.
 * Lambda's own Node also reads NODE_PATH for `import`; the official one does so only for `require`.
 * A resolve hook could do the same, but it would slow down every `require`.
 */
async function linkAbove(root: string, opt: string, major: number): Promise<void> {
  const places = { [join(root, 'var', 'node_modules')]: `node${major}/node_modules`, [join(root, 'node_modules')]: 'node_modules' };
  for (const [link, packages] of Object.entries(places)) {
    const folder = join(opt, 'nodejs', packages);
    if (existsSync(folder)) await symlink(folder, link, 'junction');
  }
}
