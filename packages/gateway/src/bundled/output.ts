const { writeSync } = process.getBuiltinModule('node:fs');

/** Number of attempts to write to a full pipe, and the pause between them in ms. */
const [TRIES, PAUSE] = [400, 5];

/** Whether the last line was cut off. The next line must then not be appended to it. */
let torn = false;

/**
 * Writes a line to standard output before it returns. `process.stdout` is not used, because in a worker thread (Managed Instances) it only
 * hands the line to the main thread, and because loading it costs a cold start more than a small interface. `console` is not used, because
 * Lambda's runtime replaces it and would wrap the JSON in its own format.
 * @throws the error of the write (a closed pipe, a full disk), and `EAGAIN` if the pipe stays full for two seconds; the line is then lost
 */
export function writeLine(line: string): void {
  let rest = Buffer.from(`${torn ? '\n' : ''}${line}\n`);
  const { length } = rest;
  for (let tries = 0; rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      torn ||= rest.length < length;
      // A full pipe fails with EAGAIN.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || ++tries === TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
  torn = false;
}
