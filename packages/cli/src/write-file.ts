import { SugaError } from '@suga/gateway/errors';
import type { CliErrorCode } from './command.js';

/** Writes a file as a whole or not at all: beside it first, then in its place. @throws `InvalidFile` where it cannot */
export function writeAtomically(file: string, text: string): void {
  const { renameSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const temporary = `${file}.${process.pid}.part`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new SugaError<CliErrorCode>('InvalidFile', `${file}: it cannot be written: ${(cause as Error).message}.`, { cause });
  }
}
