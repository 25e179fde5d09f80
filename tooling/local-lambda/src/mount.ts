import { constants, existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';
import type { Settings } from './settings.ts';

/** Folders in the place of Lambda's own. */
export interface Mounted {
  /** In the place of `/opt`. */
  readonly opt: string;
  /** In the place of `/var/task`. */
  readonly task: string;
  /** The temporary folder around them. */
  readonly root: string;
  readonly remove: () => Promise<void>;
}

/**
 * Puts the function's code and its layers, merged in attach order, into folders of their own.
 * Copied rather than linked: Node resolves links, and code would then find the packages around its source.
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
 * Lambda's own Node looks through NODE_PATH for `import` too, the official one only does so for `require`. Here `import` finds
 * the layers' packages by climbing from the task root, in NODE_PATH's order. A resolve hook could do the same, but would slow every `require`.
 */
async function linkAbove(root: string, opt: string, major: number): Promise<void> {
  const places = { [join(root, 'var', 'node_modules')]: `node${major}/node_modules`, [join(root, 'node_modules')]: 'node_modules' };
  for (const [link, packages] of Object.entries(places)) {
    const folder = join(opt, 'nodejs', packages);
    if (existsSync(folder)) await symlink(folder, link, 'junction');
  }
}
