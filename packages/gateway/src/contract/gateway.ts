import type { Control, Undo } from './interface.js';
import type { Handler } from './operation.js';

/** The type of an interface whose types are missing in this project. Its hint says what to add. */
export interface TypesMissing<Hint extends string> {
  readonly hint: Hint;
}

/** Names of the interfaces whose contracts are known, or any string if none is. */
type InterfaceName<Contracts> = [keyof Contracts & string] extends [never] ? string : keyof Contracts & string;

/** Names of an interface's operations, or any string if its contract is not known. */
type OperationName<Contracts, Name> = Name extends keyof Contracts
  ? Contracts[Name] extends TypesMissing<string>
    ? string
    : keyof Contracts[Name] & string
  : string;

/** The controls of a gateway whose contracts are known. The compiler checks names of interfaces and operations. */
export interface TypedControl<Contracts extends object> extends Control {
  override<Name extends InterfaceName<Contracts>>(
    interfaceName: Name,
    operation: OperationName<Contracts, Name>,
    replace: (original: Handler) => Handler,
  ): Undo;
}

/** The property that holds a gateway's controls. Every copy of this file has the same symbol. */
export const CONTROL: unique symbol = Symbol.for('suga.control');

/** Any object that has a gateway's controls. */
export interface HasControl {
  readonly [CONTROL]: Control;
}

/** A gateway: one facade per interface. A facade's type is the interface's own contract. */
export type Gateway<Contracts extends object = object> = Readonly<Contracts> & HasControl;

/**
 * The interfaces that `@suga/gateway/auto` has types for. Every interface package adds itself:
 * `declare module '@suga/gateway' { interface Interfaces { cache: Cache } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by augmentation
export interface Interfaces {}
