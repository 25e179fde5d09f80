import { recommend } from '@suga/lmms/advice';
import { type Arguments, type Command, parseMemory, wrongUse } from '../command.js';
import { type Input, readInputFiles } from '../input-files.js';
import { reportLines } from '../lmms-report.js';
import { print } from '../terminal-output.js';
import { usageLines } from '../usage-report.js';

/** `suga report`: what environments say of themselves, merged and in words. */
export const report: Command = {
  summary: 'tells what was used, what was loaded, and what to do about it',
  help: `suga report <file …> [--memory 512] [--json]

Reads what lmms().usage() and lmms().report() gave, as JSON, one a file or one a line; "-" is standard input.
Usage of several environments is merged; reports are told one by one.

  --memory <MB>  the function's memory setting, which the recommendations depend on (default: 512)
  --json         prints { usage, recommendations, reports } for programs`,
  options: { memory: { type: 'string' }, json: { type: 'boolean' } },
  run: async (args) => {
    if (args.files.length === 0) throw wrongUse('there is no file; give what lmms().usage() or lmms().report() gave, or "-" for standard input');
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
