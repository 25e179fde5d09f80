const { writeSync } = process.getBuiltinModule('node:fs');

/**
 * Writes a line to standard output before it returns. Not `process.stdout`: in a worker thread (Managed Instances)
 * that only hands the line to the main thread, and loading it costs a cold start more than a small interface.
 * Not `console`: Lambda's runtime replaces it and would put its own frame around the JSON.
 */
export function writeLine(line: string): void {
  let rest = Buffer.from(`${line}\n`);
  for (let tries = 0; rest.length > 0 && tries < 100; tries++) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      // A full pipe asks to try again; anything else (a closed one) cannot be mended by a log.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
