import { call, start } from './cold-start.ts';
import type { HandlerName } from './handlers.ts';
import type { Runtime } from './node.ts';

/**
 * Lists the built-in modules of Node that are loaded after a cold start and two calls, in alphabetical order. Each one that the runtime
 * client has not loaded is compiled again, because Lambda's flags make Node refuse the code that it ships for them.
 */
export async function builtInsOf(node: Runtime, handler: HandlerName): Promise<string[]> {
  const fn = await start(node, handler, { handler: 'list.handler' });
  try {
    await call(fn);
    await call(fn);
    const result = await fn.invoke(null);
    if (result.status !== 'success') throw new Error(`${handler} did not list its modules: ${JSON.stringify(result)}`);
    const loaded = result.payload as readonly string[];
    return loaded.flatMap((name) => name.match(/^NativeModule (.*)/)?.[1] ?? []).toSorted();
  } finally {
    await fn.close();
  }
}
