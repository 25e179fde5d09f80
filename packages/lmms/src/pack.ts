/** One baked file. */
export interface BakedFile {
  /** The file's id: its path after the last `node_modules/`. */
  readonly path: string;
  readonly source: string;
  /** Compiled code, as V8 serializes it. */
  readonly data: Uint8Array;
}

/** Position of a file's code in the pack, and the checksum that its source must have. */
interface Place {
  readonly path: string;
  readonly sourceCrc: number;
  readonly start: number;
  readonly length: number;
}

const MAGIC = 'SUGABAKE';
/** Length of the head in bytes: magic, checksum of everything after it, length of the table. */
const HEAD = MAGIC.length + 8;

const crc = (data: string | Uint8Array): number => process.getBuiltinModule('node:zlib').crc32(data);

/** The name of the pack for the running Node. V8 accepts compiled code only from the same version and architecture, with the same flags. */
export const packName = (): string => `${process.version}-${process.arch}-${process.getBuiltinModule('node:v8').cachedDataVersionTag()}.baked`;

/** Returns the id of a file, which does not depend on where its `node_modules` is; `undefined` for a file outside of `node_modules`. */
export function idOf(filename: string): string | undefined {
  const at = filename.replaceAll('\\', '/').lastIndexOf('/node_modules/');
  return at < 0 ? undefined : filename.slice(at + '/node_modules/'.length).replaceAll('\\', '/');
}

/** Returns the content of a pack: a table of files and their compiled code, under one checksum. */
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

/** Compiled code, by file. */
export interface Pack {
  readonly files: number;
  /** Returns the code of a file; `undefined` if its source is not the one that was baked. */
  dataOf(path: string, source: string): Uint8Array | undefined;
}

/**
 * Reads a pack. V8 checks a few fields of the head but not the code itself: one flipped bit in it made Node crash. So nothing of the pack is
 * used unless the checksum matches.
 * @throws Error if the content is not a pack, or is damaged
 */
export function readPack(content: Uint8Array): Pack {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length < HEAD || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('the file is not a pack');
  if (crc(bytes.subarray(HEAD - 4)) !== bytes.readUInt32LE(MAGIC.length)) throw new Error('the file is damaged');
  const begin = HEAD + bytes.readUInt32LE(HEAD - 4);
  const table = JSON.parse(bytes.toString('utf8', HEAD, begin)) as readonly Place[];
  const places = new Map(table.map((place) => [place.path, place]));
  return {
    files: places.size,
    dataOf: (path, source) => {
      const place = places.get(path);
      // V8 itself compares only the lengths of the sources.
      if (!place || crc(source) !== place.sourceCrc) return undefined;
      return bytes.subarray(begin + place.start, begin + place.start + place.length);
    },
  };
}
