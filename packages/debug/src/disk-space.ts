/** What a folder's disk has in bytes; `undefined` where there is no such folder, or the system does not say. */
export function diskSpace(folder: string): { readonly free: number; readonly total: number } | undefined {
  try {
    const { bavail, blocks, bsize } = process.getBuiltinModule('node:fs').statfsSync(folder);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch {
    return undefined;
  }
}
