import { toProfile } from '@suga/lmms/advice';
import { type Command, parseMemory, wrongUse } from '../command.js';
import { readInputFiles } from '../input-files.js';
import { writeAtomically } from '../write-file.js';

/** `suga profile`: what the next deployment should load in INIT. */
export const profile: Command = {
  summary: 'writes what the next deployment should load in INIT',
  help: `suga profile <file …> --memory <MB> [--out profile.json]

Merges what lmms().usage() gave ("-" is standard input) and writes the profile that LMMS_PROFILE=<its path> or lmms({ profile }) takes.

  --memory <MB>  the function's memory setting: the less, the more it pays to load in INIT
  --out <file>   where to (default: standard output)`,
  options: { memory: { type: 'string' }, out: { type: 'string' } },
  run: async (args) => {
    if (args.files.length === 0) throw wrongUse('there is no file; give what lmms().usage() gave, or "-" for standard input');
    const memoryMb = parseMemory(args);
    const { usage, reports } = await readInputFiles(args.files);
    if (reports[0] || !usage) throw wrongUse(`${reports[0]?.file} is of lmms().report(); a profile is made of what lmms().usage() gave`);
    const result = toProfile(usage, memoryMb);
    const text = `${JSON.stringify(result, undefined, 2)}\n`;
    const out = args.text('out');
    if (out === undefined) process.stdout.write(text);
    else writeAtomically(out, text);
    if (result.preload.length === 0) process.stderr.write(`suga: ${result.coldStarts} cold starts name nothing to preload.\n`);
  },
};
