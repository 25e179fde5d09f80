import { recommend } from '@suga/lmms/advice';
import { type Arguments, type Command, parseMemory, wrongUse } from '../command.js';
import { type Input, readInputFiles } from '../input-files.js';
import { reportLines } from '../lmms-report.js';
import { print } from '../terminal-output.js';
import { usageLines } from '../usage-report.js';

/** `suga report`: merges what execution environments logged about themselves, and prints it for people. */
export const report: Command = {
  summary: 'shows what was used and loaded, and recommends changes',
  help: `suga report <file …> [--memory 512] [--json]

Reads outputs of lmms().usage() and lmms().report() as JSON, one per file or one per line; "-" is standard input.
Usage of several environments is merged; reports are printed one by one.

  --memory <MB>  the function's memory setting, on which the recommendations depend (default: 512)
  --json         prints { usage, recommendations, reports } for programs`,
  options: { memory: { type: 'string' }, json: { type: 'boolean' } },
  run: async (args) => {
    if (args.files.length === 0) throw wrongUse('no file given; give outputs of lmms().usage() or lmms().report(), or "-" for standard input');
    const memoryMb = parseMemory(args, 512);
    const input = await readInputFiles(args.files);
    if (args.flag('json')) printJson(input, memoryMb);
    else printText(input, args, memoryMb);
  },
};

function printJson({ usage, reports }: Input, memoryMb: number): void {
  const output = { ...(usage && { usage, recommendations: recommend(usage, memoryMb) }), reports };
  process.stdout.write(`${JSON.stringify(output, undefined, 2)}\n`);
}

function printText({ usage, reports }: Input, { files }: Arguments, memoryMb: number): void {
  const parts = usage ? [usageLines(usage, memoryMb)] : [];
  for (const { file, report: each } of reports) parts.push([...(files.length > 1 ? [`${file}:`] : []), ...reportLines(each)]);
  print(parts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])));
}
