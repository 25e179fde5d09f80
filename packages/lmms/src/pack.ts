/** A file of a bake. */
export interface BakedFile {
  /** Under which it is known: its path after the last `node_modules/`. */
  readonly path: string;
  readonly source: string;
  /** What V8 keeps of the compiled source. */
  readonly data: Uint8Array;
}

/** Where a file's part is, and what its source must be. */
interface Place {
  readonly path: string;
  readonly sourceCrc: number;
  readonly start: number;
  readonly length: number;
}

const MAGIC = 'SUGABAKE';
/** Magic, checksum of all that follows, length of the table. */
const HEAD = MAGIC.length + 8;

const crc = (data: string | Uint8Array): number => process.getBuiltinModule('node:zlib').crc32(data);

/** The name of the pack for the running Node: V8 takes compiled code from its like only. */
export const packName = (): string => `${process.version}-${process.arch}-${process.getBuiltinModule('node:v8').cachedDataVersionTag()}.baked`;

/** Under which a file is known wherever its `node_modules` is; `undefined` for one that is in none. */
export function idOf(filename: string): string | undefined {
  const at = filename.replaceAll('\\', '/').lastIndexOf('/node_modules/');
  return at < 0 ? undefined : filename.slice(at + '/node_modules/'.length).replaceAll('\\', '/');
}

/** The content of a pack: a table of files, and their compiled code, under one checksum. */
export function toPack(files: readonly BakedFile[]): Uint8Array {
  let start = 0;
  const table: Place[] = files.map(({ path, source, data }) => {
    const place = { path, sourceCrc: crc(source), start, length: data.length };
    start += data.length;
    return place;
  });
  const text = Buffer.from(JSON.stringify(table));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const rest = Buffer.concat([length, text, ...files.map(({ data }) => data)]);
  const head = Buffer.alloc(HEAD - 4);
  head.write(MAGIC, 'latin1');
  head.writeUInt32LE(crc(rest), MAGIC.length);
  return Buffer.concat([head, rest]);
}

/** Compiled code by file. */
export interface Pack {
  readonly files: number;
  /** The code of a file, if its source is the one that was baked. */
  dataOf(path: string, source: string): Uint8Array | undefined;
}

/**
 * @throws Error where the pack is not whole. V8 checks a few fields of the head and not the code itself: with a bit turned over in it, Node
 * was seen to crash. So nothing of it is used unless the checksum holds.
 */
export function readPack(content: Uint8Array): Pack {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length < HEAD || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('it is no pack');
  if (crc(bytes.subarray(HEAD - 4)) !== bytes.readUInt32LE(MAGIC.length)) throw new Error('it is damaged');
  const begin = HEAD + bytes.readUInt32LE(HEAD - 4);
  const table = JSON.parse(bytes.toString('utf8', HEAD, begin)) as readonly Place[];
  const places = new Map(table.map((place) => [place.path, place]));
  return {
    files: places.size,
    dataOf: (path, source) => {
      const place = places.get(path);
      // V8 itself compares lengths only.
      if (!place || crc(source) !== place.sourceCrc) return undefined;
      return bytes.subarray(begin + place.start, begin + place.start + place.length);
    },
  };
}
