import { SugaError } from '@suga/gateway/errors';
import type { CliErrorCode } from './command.js';

/** Writes a file completely or not at all: a temporary file beside it is moved in its place. @throws `InvalidFile` if that fails */
export function writeAtomically(file: string, text: string): void {
  const { renameSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const temporary = `${file}.${process.pid}.part`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new SugaError<CliErrorCode>('InvalidFile', `${file}: the file cannot be written: ${(cause as Error).message}.`, { cause });
  }
}
