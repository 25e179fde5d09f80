import { toProfile } from '@suga/lmms/advice';
import { type Command, parseMemory, wrongUse } from '../command.js';
import { readInputFiles } from '../input-files.js';
import { writeAtomically } from '../write-file.js';

/** `suga profile`: writes the list of interfaces that the next deployment should load in INIT. */
export const profile: Command = {
  summary: 'writes which interfaces the next deployment should load in INIT',
  help: `suga profile <file …> --memory <MB> [--out profile.json]

Merges outputs of lmms().usage() ("-" is standard input) and writes the profile for LMMS_PROFILE=<its path> or lmms({ profile }).

  --memory <MB>  the function's memory setting: with less memory, loading in INIT saves more
  --out <file>   the file to write (default: standard output)`,
  options: { memory: { type: 'string' }, out: { type: 'string' } },
  run: async (args) => {
    if (args.files.length === 0) throw wrongUse('no file given; give outputs of lmms().usage(), or "-" for standard input');
    const memoryMb = parseMemory(args);
    const { usage, reports } = await readInputFiles(args.files);
    if (reports[0] || !usage) throw wrongUse(`${reports[0]?.file} is output of lmms().report(); a profile needs output of lmms().usage()`);
    const result = toProfile(usage, memoryMb);
    const text = `${JSON.stringify(result, undefined, 2)}\n`;
    const out = args.text('out');
    if (out === undefined) process.stdout.write(text);
    else writeAtomically(out, text);
    if (result.preload.length === 0) process.stderr.write(`suga: the profile preloads nothing; it is based on ${result.coldStarts} cold starts.\n`);
  },
};
