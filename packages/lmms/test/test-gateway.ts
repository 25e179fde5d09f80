import { type AnyInterface, control, createGateway, type Middleware } from '@suga/gateway';
import { type Lmms, type LmmsOptions, lmms } from '@suga/lmms';

/** An interface with two operations. `holding` is the state that an unload would lose; `disposing` is called when it is unloaded. */
export function part(state: { holding?: string | undefined; loads?: number; disposed?: number; disposing?: () => void } = {}): AnyInterface {
  return {
    operations: { get: { params: { key: {} } }, later: { params: { work: {} }, returns: 'promise' } },
    load: () => {
      state.loads = (state.loads ?? 0) + 1;
      return {
        operations: { get: (key: unknown) => key, later: (work: unknown) => Promise.resolve(work) },
        heldState: () => state.holding,
        [Symbol.dispose]: () => {
          state.disposed = (state.disposed ?? 0) + 1;
          state.disposing?.();
        },
      };
    },
  };
}

export interface Part {
  get(key: unknown): unknown;
  later<T>(work: T): Promise<Awaited<T>>;
}

export interface TestGateway {
  readonly parts: Readonly<Record<string, Part>>;
  readonly control: ReturnType<typeof control>;
  readonly memory: Lmms;
  /** Runs an invocation that calls `get` of the named interfaces. */
  use(request: string, ...names: readonly string[]): Promise<void>;
}

/** Creates a gateway with interfaces of these names and the middleware. */
export function testGateway(
  names: readonly string[],
  options: LmmsOptions = {},
  { states = {}, before = [] }: { states?: Record<string, object>; before?: Middleware[] } = {},
): TestGateway {
  const memory = lmms({ minResident: 0, ...options });
  const interfaces = Object.fromEntries(names.map((name) => [name, part(states[name])]));
  const gateway = createGateway(interfaces as never, { middleware: [...before, memory] });
  const parts = gateway as unknown as TestGateway['parts'];
  let count = 0;
  const use: TestGateway['use'] = (request, ...used) =>
    control(gateway).run({ id: `${++count}`, source: request }, () => {
      for (const name of used) parts[name]?.get(1);
    });
  return { parts, control: control(gateway), memory, use };
}
