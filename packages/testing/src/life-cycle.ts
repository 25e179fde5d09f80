import type { AnyInterface, Core, Interface } from '@suga/gateway';
import type { Check, Subject } from './contract.js';
import { callAll, expect, stage } from './test-gateway.js';

/** Loading, letting go, and what is left behind. */
export function lifeChecks(subject: Subject<object>): readonly Check[] {
  const { name } = subject;
  return [
    {
      name: 'nothing is loaded before the first call',
      run: async () => {
        const loads = counted(subject);
        stage({ ...subject, definition: loads.definition });
        expect(loads.count() === 0, 'registering it loaded it');
      },
    },
    {
      name: 'the core has the operations of the table, and no others',
      run: async () => {
        const { control, facts } = stage(subject);
        const operations = loadedOperations(subject);
        control.load(name);
        const extra = Object.keys(operations).filter((operation) => !Object.hasOwn(facts, operation));
        expect(extra.length === 0, `the core has ${extra.join(', ')}, of which the table knows nothing`);
      },
    },
    { name: 'two gateways share nothing that it keeps', run: () => sharesNothing(subject) },
    { name: 'it can be let go of, more than once, and comes back', run: () => comesBack(subject) },
    { name: 'loading, working and letting go leave nothing behind', run: () => leavesNothing(subject) },
  ];
}

function counted({ definition }: Subject<object>): { definition(): Interface<object>; count(): number } {
  let loads = 0;
  return {
    count: () => loads,
    definition: () => {
      const made = definition();
      return { ...made, load: (host) => (loads++, made.load(host)) } as Interface<object>;
    },
  };
}

/** What the core brings, seen while a gateway loads it. */
function loadedOperations(subject: Subject<object>): object {
  let core: Core<object> | undefined;
  const definition = (): Interface<object> => {
    const made = subject.definition();
    return { ...made, load: (host) => (core = made.load(host)) } as Interface<object>;
  };
  stage({ ...subject, definition }).control.load(subject.name);
  expect(core && typeof core.operations === 'object', 'load() gave no { operations }');
  return core.operations;
}

async function sharesNothing(subject: Subject<object>): Promise<void> {
  const [used, fresh] = [stage(subject), stage(subject)];
  await callAll(used);
  fresh.control.load(subject.name);
  const held = fresh.control.heldState(subject.name);
  expect(held === undefined, `a new gateway's core holds ${held}, which another one put there`);
  used.control[Symbol.dispose]();
}

async function comesBack(subject: Subject<object>): Promise<void> {
  const made = stage(subject);
  for (const round of [1, 2, 3]) {
    await callAll(made);
    const unloaded = made.control.unload(subject.name);
    expect(unloaded.unloaded, `after every call had ended it could not be unloaded: ${JSON.stringify(unloaded)}`);
    expect(made.control.stats().interfaces[subject.name]?.loads === round, `round ${round} did not load it anew`);
  }
  let core: Core<object> | undefined;
  const keeping = { ...subject.definition(), load: (host: never) => (core = subject.definition().load(host)) } as AnyInterface;
  made.control.register(`${subject.name}Again`, keeping);
  made.control.load(`${subject.name}Again`);
  core?.[Symbol.dispose]?.();
  core?.[Symbol.dispose]?.();
}

async function leavesNothing(subject: Subject<object>): Promise<void> {
  // Whatever Node or a library makes once per process is made by then.
  await useAndDrop(subject);
  const before = traces();
  await useAndDrop(subject);
  for (let wait = 0; wait < 100; wait++) {
    if (left(before).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(false, `left behind: ${left(before).join(', ')}`);
}

async function useAndDrop(subject: Subject<object>): Promise<void> {
  const made = stage(subject);
  await made.control.run({ id: 'conformance' }, () => callAll(made));
  made.control[Symbol.dispose]();
}

function left(before: ReadonlyMap<string, number>): string[] {
  return [...traces()].filter(([what, count]) => count > (before.get(what) ?? 0)).map(([what]) => what);
}

/** Timers, sockets, listeners and globals, each with how many there are. */
function traces(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const add = (what: string, count = 1) => found.set(what, (found.get(what) ?? 0) + count);
  for (const kind of process.getActiveResourcesInfo()) add(`an active ${kind}`);
  for (const event of process.eventNames()) add(`a listener of the process for ${String(event)}`, process.listenerCount(event));
  for (const key of Reflect.ownKeys(globalThis)) add(`the global ${String(key)}`);
  return found;
}
