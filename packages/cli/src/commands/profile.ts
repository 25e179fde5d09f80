import { toProfile } from '@suga/lmms/advice';
import { type Command, memoryOf, wrongUse } from '../command.js';
import { readGiven } from '../input-files.js';
import { writeWhole } from '../write-file.js';

/** `suga profile`: what the next deployment should load in INIT. */
export const profile: Command = {
  summary: 'writes what the next deployment should load in INIT',
  help: `suga profile <file …> --memory <MB> [--out profile.json]

Merges what lmms().usage() gave ("-" is standard input) and writes the profile that LMMS_PROFILE=<its path> or lmms({ profile }) takes.

  --memory <MB>  the function's memory setting: the less, the more it pays to load in INIT
  --out <file>   where to (default: standard output)`,
  options: { memory: { type: 'string' }, out: { type: 'string' } },
  run: async (given) => {
    if (given.files.length === 0) throw wrongUse('there is no file; give what lmms().usage() gave, or "-" for standard input');
    const memoryMb = memoryOf(given);
    const { usage, reports } = await readGiven(given.files);
    if (reports[0] || !usage) throw wrongUse(`${reports[0]?.file} is of lmms().report(); a profile is made of what lmms().usage() gave`);
    const made = toProfile(usage, memoryMb);
    const text = `${JSON.stringify(made, undefined, 2)}\n`;
    const out = given.text('out');
    if (out === undefined) process.stdout.write(text);
    else writeWhole(out, text);
    if (made.preload.length === 0) process.stderr.write(`suga: ${made.coldStarts} cold starts name nothing to preload.\n`);
  },
};
