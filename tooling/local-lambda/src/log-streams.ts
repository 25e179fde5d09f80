import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Passes whole lines to `onLine`, and the last one even if it has no line break. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  stream.on('data', (bytes: Buffer) => take(decoder.write(bytes)));
  stream.on('end', () => {
    take(decoder.end());
    if (rest !== '') onLine(rest);
  });
}

const headerSize = 16;
const lengthOffset = 4;

/**
 * Passes on the log events that AWS's runtime client writes to Lambda's telemetry file descriptor.
 * An event has type, length and time in 16 bytes, then the text. Unlike a line, the text may contain line breaks.
 */
export function readFrames(stream: Readable, onEvent: (text: string) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  stream.on('data', (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= headerSize) {
      const end = headerSize + rest.readUInt32BE(lengthOffset);
      if (rest.length < end) return;
      onEvent(rest.toString('utf8', headerSize, end).replace(/\n$/, ''));
      rest = rest.subarray(end);
    }
  });
}
