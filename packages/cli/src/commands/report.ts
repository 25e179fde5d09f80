import { recommend } from '@suga/lmms/advice';
import { type Arguments, type Command, memoryOf, wrongUse } from '../command.js';
import { type Given, readGiven } from '../input-files.js';
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
  run: async (given) => {
    if (given.files.length === 0) throw wrongUse('there is no file; give what lmms().usage() or lmms().report() gave, or "-" for standard input');
    const memoryMb = memoryOf(given, 512);
    const read = await readGiven(given.files);
    if (given.flag('json')) asJson(read, memoryMb);
    else asText(read, given, memoryMb);
  },
};

function asJson({ usage, reports }: Given, memoryMb: number): void {
  const told = { ...(usage && { usage, recommendations: recommend(usage, memoryMb) }), reports };
  process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
}

function asText({ usage, reports }: Given, { files }: Arguments, memoryMb: number): void {
  const parts = usage ? [usageLines(usage, memoryMb)] : [];
  for (const { file, report: each } of reports) parts.push([...(files.length > 1 ? [`${file}:`] : []), ...reportLines(each)]);
  print(parts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines])));
}
