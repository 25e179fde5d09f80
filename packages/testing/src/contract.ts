import type { AnyInterface, Interface } from '@suga/gateway';

/** Arguments that make an operation work, or a function that makes them with the interface's own operations. */
export type Arguments<Contract> = readonly unknown[] | ((operations: Contract) => readonly unknown[] | Promise<readonly unknown[]>);

/** An interface that is to be checked. */
export interface Subject<Contract extends object> {
  /** Under which the gateway is to know it. */
  readonly name: string;
  /** Makes its definition anew at each call, with whatever options it is to be checked with. */
  readonly definition: () => Interface<Contract>;
  /** Arguments with which each operation works. They are used many times over, also at the same time. */
  readonly calls: { readonly [Operation in keyof Contract]: Arguments<Contract> };
  /** Other interfaces that it reaches through the gateway. @default {} */
  readonly peers?: Readonly<Record<string, () => AnyInterface>> | undefined;
  /** Operations that must not be called with invalid arguments, with the reason. @default {} */
  readonly skipInvalidArguments?: { readonly [Operation in keyof Contract]?: string } | undefined;
}

/** One thing that every interface must keep; `run` rejects, in words, where this one does not. */
export interface Check {
  readonly name: string;
  run(): Promise<void>;
}
