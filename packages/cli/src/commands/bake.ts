import { bake as baked } from '../bake.js';
import { type Command, parseMemory, wrongUse } from '../command.js';
import { formatCount, formatSize, print } from '../terminal-output.js';

/** `suga bake`: compiles ahead what a warm program loads. */
export const bake: Command = {
  summary: 'compiles packages ahead, on the runtime that is to load them',
  help: `suga bake --run <warm.cjs|mjs> --out <folder> [--memory 512] [--include <path>]… [--node <path>]

Runs your program with Lambda's flags, and keeps what V8 compiled of every CommonJS file below node_modules that it loaded.
Deploy the folder, and name it by LMMS_BAKED or lmms({ baked }).

  --run <file>      the program: loads and calls what a cold start does, then ends
  --out <folder>    where to; each Node version, architecture and set of flags has a file of its own there
  --memory <MB>     the function's memory setting (default: 512); on Node 22 what is baked is good for this setting only
  --include <path>  only what is below it, as after node_modules/ (@suga, zod/lib) or as a path (./node_modules, /opt); may be repeated
  --node <path>     the Node to bake with (default: the running one); it must be the one you deploy to`,
  options: {
    run: { type: 'string' },
    out: { type: 'string' },
    memory: { type: 'string' },
    include: { type: 'string', multiple: true },
    node: { type: 'string' },
  },
  run: async (args) => {
    const [run, out, node] = [args.text('run'), args.text('out'), args.text('node')];
    if (args.files[0] !== undefined) throw wrongUse(`"${args.files[0]}" is too much; the program is given by --run`);
    if (!run) throw wrongUse('--run is missing; give a program that loads what a cold start does');
    if (!out) throw wrongUse('--out is missing; give the folder to deploy');
    using stop = stopped();
    const { signal } = stop;
    const { file, files, bytes } = await baked({ run, out, memoryMb: parseMemory(args, 512), include: args.list('include'), ...(node && { node }), signal });
    print([
      `${formatCount(files, 'file')}, ${formatSize(bytes)}: ${file}`,
      `Deploy the folder, and name it: LMMS_BAKED=<folder>, or lmms({ baked: '<folder>' }).`,
    ]);
  },
};

/** Aborts when the user does, so that nothing is left behind. */
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
