const { writeSync } = process.getBuiltinModule('node:fs');

/** How long a full pipe is tried, in steps of `PAUSE` ms. */
const [TRIES, PAUSE] = [400, 5];

/** Whether the last line was cut off: what comes next must not become its end. */
let torn = false;

/**
 * Writes a line to standard output before it returns. Not `process.stdout`: in a worker thread (Managed Instances)
 * that only hands the line to the main thread, and loading it costs a cold start more than a small interface.
 * Not `console`: Lambda's runtime replaces it and would put its own frame around the JSON.
 * @throws what the write throws (a closed pipe, a full disk), and `EAGAIN` when nobody has read for two seconds: the line is lost
 */
export function writeLine(line: string): void {
  let rest = Buffer.from(`${torn ? '\n' : ''}${line}\n`);
  const { length } = rest;
  for (let tries = 0; rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      torn ||= rest.length < length;
      // A full pipe asks to try again.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || ++tries === TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
  torn = false;
}
