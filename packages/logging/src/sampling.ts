/**
 * Maps an id to a number from 0 to 1, always to the same one. It uses FNV-1a, followed by the final step of MurmurHash3, so that ids that
 * differ only in their last character are far apart, too.
 */
export function samplePoint(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index++) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
