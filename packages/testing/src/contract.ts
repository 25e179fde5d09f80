import type { AnyInterface, Interface } from '@suga/gateway';

/** Arguments that make an operation work, or a function that makes them with the interface's own operations. */
export type Arguments<Contract> = readonly unknown[] | ((operations: Contract) => readonly unknown[] | Promise<readonly unknown[]>);

/** The interface to check. */
export interface Subject<Contract extends object> {
  /** The interface's name in the gateway. */
  readonly name: string;
  /** Creates a new definition at each call, with the options to check. */
  readonly definition: () => Interface<Contract>;
  /** Arguments with which each operation works. They are used many times, also concurrently. */
  readonly calls: { readonly [Operation in keyof Contract]: Arguments<Contract> };
  /** Other interfaces that the interface calls through the gateway. @default {} */
  readonly peers?: Readonly<Record<string, () => AnyInterface>> | undefined;
  /** Operations that must not be called with invalid arguments, with the reason. @default {} */
  readonly skipInvalidArguments?: { readonly [Operation in keyof Contract]?: string } | undefined;
}

/** A rule that every interface must follow. `run` rejects with an explanation if the interface breaks it. */
export interface Check {
  readonly name: string;
  run(): Promise<void>;
}
