import type { AnyInterface, Core, Interface } from '@suga/gateway';
import type { Check, Subject } from './contract.js';
import { assert, callAll, testGateway } from './test-gateway.js';

/** Checks of loading and unloading, and of resources that are left behind. */
export function lifeCycleChecks(subject: Subject<object>): readonly Check[] {
  const { name } = subject;
  return [
    {
      name: 'nothing is loaded before the first call',
      run: async () => {
        const loads = countLoads(subject);
        testGateway({ ...subject, definition: loads.definition });
        assert(loads.count() === 0, 'registering the interface loaded it');
      },
    },
    {
      name: 'the core has the operations of the table, and no others',
      run: async () => {
        const { control, facts } = testGateway(subject);
        const operations = loadedOperations(subject);
        control.load(name);
        const extra = Object.keys(operations).filter((operation) => !Object.hasOwn(facts, operation));
        assert(extra.length === 0, `the core has ${extra.join(', ')}, which the table does not list`);
      },
    },
    { name: 'two gateways share no state', run: () => sharesNothing(subject) },
    { name: 'it can be unloaded more than once, and loads again', run: () => comesBack(subject) },
    { name: 'loading, calls and unloading leave nothing behind', run: () => leavesNothing(subject) },
  ];
}

function countLoads({ definition }: Subject<object>): { definition(): Interface<object>; count(): number } {
  let loads = 0;
  return {
    count: () => loads,
    definition: () => {
      const original = definition();
      return { ...original, load: (host) => (loads++, original.load(host)) } as Interface<object>;
    },
  };
}

/** Returns the operations of the core that a gateway loads. */
function loadedOperations(subject: Subject<object>): object {
  let core: Core<object> | undefined;
  const definition = (): Interface<object> => {
    const original = subject.definition();
    return { ...original, load: (host) => (core = original.load(host)) } as Interface<object>;
  };
  testGateway({ ...subject, definition }).control.load(subject.name);
  assert(core && typeof core.operations === 'object', 'load() did not return { operations }');
  return core.operations;
}

async function sharesNothing(subject: Subject<object>): Promise<void> {
  const [used, fresh] = [testGateway(subject), testGateway(subject)];
  await callAll(used);
  fresh.control.load(subject.name);
  const held = fresh.control.heldState(subject.name);
  assert(held === undefined, `a new gateway's core holds ${held}, which another gateway stored`);
  used.control[Symbol.dispose]();
}

async function comesBack(subject: Subject<object>): Promise<void> {
  const gateway = testGateway(subject);
  for (const round of [1, 2, 3]) {
    await callAll(gateway);
    const unloaded = gateway.control.unload(subject.name);
    assert(unloaded.unloaded, `the interface could not be unloaded after all calls had ended: ${JSON.stringify(unloaded)}`);
    assert(gateway.control.stats().interfaces[subject.name]?.loads === round, `round ${round} did not load the interface again`);
  }
  let core: Core<object> | undefined;
  const recording = { ...subject.definition(), load: (host: never) => (core = subject.definition().load(host)) } as AnyInterface;
  gateway.control.register(`${subject.name}Again`, recording);
  gateway.control.load(`${subject.name}Again`);
  core?.[Symbol.dispose]?.();
  core?.[Symbol.dispose]?.();
}

async function leavesNothing(subject: Subject<object>): Promise<void> {
  // The first round creates what Node and libraries create once per process.
  await useAndDrop(subject);
  const before = traces();
  await useAndDrop(subject);
  for (let wait = 0; wait < 100; wait++) {
    if (newTraces(before).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert(false, `left behind: ${newTraces(before).join(', ')}`);
}

async function useAndDrop(subject: Subject<object>): Promise<void> {
  const gateway = testGateway(subject);
  await gateway.control.run({ id: 'conformance' }, () => callAll(gateway));
  gateway.control[Symbol.dispose]();
}

function newTraces(before: ReadonlyMap<string, number>): string[] {
  return [...traces()].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind);
}

/** Counts timers, sockets, listeners and globals, by kind. */
function traces(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (kind: string, count = 1) => counts.set(kind, (counts.get(kind) ?? 0) + count);
  for (const resource of process.getActiveResourcesInfo()) add(`an active ${resource}`);
  for (const event of process.eventNames()) add(`a listener of the process for ${String(event)}`, process.listenerCount(event));
  for (const key of Reflect.ownKeys(globalThis)) add(`the global ${String(key)}`);
  return counts;
}
