import { bake as baked } from '../bake.js';
import { type Command, parseMemory, wrongUse } from '../command.js';
import { formatCount, formatSize, print } from '../terminal-output.js';

/** `suga bake`: compiles ahead the packages that a program loads. */
export const bake: Command = {
  summary: 'compiles packages ahead, on the runtime that will load them',
  help: `suga bake --run <warm.cjs|mjs> --out <folder> [--memory 512] [--include <path>]… [--node <path>]

Runs your program with Lambda's flags, and saves the compiled code of every CommonJS file below node_modules that it loads.
Deploy the folder, and set its path with LMMS_BAKED or lmms({ baked }).

  --run <file>      the program: it loads and calls the same code as a cold start, then ends
  --out <folder>    the folder to write to; it gets a file per Node version, architecture and set of flags
  --memory <MB>     the function's memory setting (default: 512); on Node 22 the code is valid for this setting only
  --include <path>  bakes only files below it: relative to node_modules/ (@suga, zod/lib), or a path (./node_modules, /opt); may be repeated
  --node <path>     the Node to bake with (default: the running one); use the one you deploy to`,
  options: {
    run: { type: 'string' },
    out: { type: 'string' },
    memory: { type: 'string' },
    include: { type: 'string', multiple: true },
    node: { type: 'string' },
  },
  run: async (args) => {
    const [run, out, node] = [args.text('run'), args.text('out'), args.text('node')];
    if (args.files[0] !== undefined) throw wrongUse(`unexpected argument "${args.files[0]}"; give the program with --run`);
    if (!run) throw wrongUse('--run is missing; give a program that loads the same code as a cold start');
    if (!out) throw wrongUse('--out is missing; give the folder to deploy');
    using stop = stopped();
    const { signal } = stop;
    const { file, files, bytes } = await baked({ run, out, memoryMb: parseMemory(args, 512), include: args.list('include'), ...(node && { node }), signal });
    print([
      `${formatCount(files, 'file')}, ${formatSize(bytes)}: ${file}`,
      `Deploy the folder, and set its path: LMMS_BAKED=<folder>, or lmms({ baked: '<folder>' }).`,
    ]);
  },
};

/** Returns a signal that aborts on SIGINT and SIGTERM, so that no files are left behind. */
function stopped(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const each of signals) process.once(each, abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const each of signals) process.off(each, abort);
    },
  };
}
