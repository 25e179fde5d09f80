import type { Call } from '../../invocation/contract.js';
import type { EventHandlers } from './event-handlers.js';

/** Calls the user's handler with a value, the invocation, and further arguments that the kind may have. */
export type Handle = (value: unknown, ...more: readonly unknown[]) => unknown;

/** Handles an event of one kind. Its errors are passed on to AWS. */
export type Runner = (call: Call, handle: Handle, handlers: EventHandlers) => unknown;

/** A kind of stream: how its records are converted and identified. */
export interface StreamSource<Record> {
  readonly option: 'dynamodb' | 'kinesis';
  readonly toItem: (record: Record) => unknown;
  readonly nameOf: (record: Record) => string | undefined;
}
