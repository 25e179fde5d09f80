import { type Control, control, createGateway, type Facts, type Handler, type Interface } from '@suga/gateway';
import type { Arguments, Subject } from './contract.js';

/** The subject in a gateway of its own. */
export interface TestGateway {
  readonly control: Control;
  readonly operations: Readonly<Record<string, Handler>>;
  readonly facts: Readonly<Record<string, Facts>>;
  /** Arguments that make an operation work. */
  exampleArguments(operation: string): Promise<readonly unknown[]>;
}

/** Puts the subject and its peers into a new gateway, under its name. */
export function testGateway({ name, definition, peers = {}, calls }: Subject<object>): TestGateway {
  const others = Object.entries(peers).map(([peer, make]) => [peer, make()]);
  const gateway = createGateway({ ...Object.fromEntries(others), [name]: definition() } as Record<string, Interface<object>>);
  const operations = gateway[name] as TestGateway['operations'];
  const examples = calls as Readonly<Record<string, Arguments<object>>>;
  return {
    control: control(gateway),
    operations,
    facts: control(gateway).operations(name),
    exampleArguments: async (operation) => {
      const args = examples[operation];
      if (!args) throw new Error(`calls: there are no arguments for "${operation}"; add some with which it works.`);
      return typeof args === 'function' ? args(operations) : args;
    },
  };
}

/** Calls every operation once, one after the other, with arguments that make it work. */
export async function callAll({ operations, facts, exampleArguments }: TestGateway): Promise<void> {
  for (const name of Object.keys(facts)) await drain(operations[name]?.(...(await exampleArguments(name))));
}

/** Reads whatever an operation hands back to its end. */
export async function drain(returned: unknown): Promise<void> {
  const value = await returned;
  if (isStream(value)) for await (const _ of value);
}

/** Whether something is read piece by piece. An array or a text is not. */
export const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || typeof (value as Partial<Iterator<unknown>>).next === 'function');

/** @throws Error with the words, unless the condition holds */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** What a call throws or rejects with; `undefined` where it does neither. */
export async function catchError(run: () => unknown): Promise<unknown> {
  try {
    await drain(run());
  } catch (error) {
    return error ?? new Error(`threw ${String(error)}`);
  }
  return undefined;
}
