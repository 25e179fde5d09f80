/** Returns the space of a folder's disk in bytes; `undefined` if the folder does not exist, or the system does not report it. */
export function diskSpace(folder: string): { readonly free: number; readonly total: number } | undefined {
  try {
    const { bavail, blocks, bsize } = process.getBuiltinModule('node:fs').statfsSync(folder);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch {
    return undefined;
  }
}
