import { type Control, control, createGateway, type Facts, type Handler, type Interface } from '@suga/gateway';
import type { Arguments, Subject } from './contract.js';

/** A new gateway with the interface to check. */
export interface TestGateway {
  readonly control: Control;
  readonly operations: Readonly<Record<string, Handler>>;
  readonly facts: Readonly<Record<string, Facts>>;
  /** Returns arguments with which an operation works. */
  exampleArguments(operation: string): Promise<readonly unknown[]>;
}

/** Creates a gateway with the interface to check and its peers. */
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
      if (!args) throw new Error(`calls: there are no arguments for "${operation}". Add arguments with which it works.`);
      return typeof args === 'function' ? args(operations) : args;
    },
  };
}

/** Calls every operation once, one after the other, with valid arguments. */
export async function callAll({ operations, facts, exampleArguments }: TestGateway): Promise<void> {
  for (const name of Object.keys(facts)) await drain(operations[name]?.(...(await exampleArguments(name))));
}

/** Awaits the result of an operation. If it is a stream, reads it to its end. */
export async function drain(returned: unknown): Promise<void> {
  const value = await returned;
  if (isStream(value)) for await (const _ of value);
}

/** Whether a value is an iterator or a stream. Arrays and strings are not. */
export const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || typeof (value as Partial<Iterator<unknown>>).next === 'function');

/** Asserts a condition. @throws Error with the message if the condition is false */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Returns the value that a call throws or rejects with, or `undefined` if it succeeds. */
export async function catchError(run: () => unknown): Promise<unknown> {
  try {
    await drain(run());
  } catch (error) {
    return error ?? new Error(`threw ${String(error)}`);
  }
  return undefined;
}
