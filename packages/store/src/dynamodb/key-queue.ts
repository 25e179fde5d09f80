import { applyCommand, type Entry } from '../apply-command.js';
import type { Command, CommandJob } from '../backend.js';
import type { StoreOutcome } from '../contract.js';

/** The request that a queue needs before it can continue: a read of its key, a write, or an update in the table. */
export type NextStep = { readonly kind: 'read' } | WriteStep | UpdateStep;

/** Writes the entry; `undefined` removes the key. */
export interface WriteStep {
  readonly kind: 'write';
  readonly entry: Entry | undefined;
}

/** Commands that depend on the current value in the table. */
export interface UpdateStep {
  readonly kind: 'update';
  readonly commands: readonly Command[];
}

/** A write step with its queue. */
export type QueuedWrite = readonly [queue: KeyQueue, step: WriteStep];

/**
 * The commands of one key in their order. Once the value is known, from a read or from a write that is still to be sent, later commands
 * are computed without a request. So from the first `set` or `delete` on, nothing is read, and only the final value is written.
 */
export class KeyQueue {
  readonly key: string;
  readonly #settle: CommandJob['settle'];
  readonly #commands: Command[] = [];
  #position = 0;
  /** The current entry of the key; `undefined` if it is unknown. */
  #known: { readonly entry: Entry | undefined } | undefined;
  /** Outcomes that become final when the known entry has been written; `undefined` if there is nothing to write. */
  #unwritten: [Command, StoreOutcome][] | undefined;

  constructor(key: string, settle: CommandJob['settle']) {
    this.key = key;
    this.#settle = settle;
  }

  add(command: Command): void {
    this.#commands.push(command);
  }

  /** Runs commands until a request is needed, and returns that step; `undefined` at the end. Called again, it returns the same step. */
  next(): NextStep | undefined {
    for (let command = this.#commands[this.#position]; command; command = this.#commands[this.#position]) {
      if (!this.#unwritten && isUnconditionalWrite(command)) this.#unwritten = [];
      if (!this.#unwritten) {
        if (command.operation !== 'get') return { kind: 'update', commands: this.#leadingIncrements() };
        if (!this.#known) return { kind: 'read' };
      }
      const { entry, outcome } = applyCommand(this.#known?.entry, command, Date.now());
      this.#known = { entry };
      if (this.#unwritten) this.#unwritten.push([command, outcome]);
      else this.#settle(command, outcome);
      this.#position++;
    }
    return this.#unwritten && { kind: 'write', entry: this.#known?.entry };
  }

  /** Takes the entry that was read, and settles the commands that need nothing else. */
  readSucceeded(entry: Entry | undefined): void {
    this.#known = { entry };
    this.next();
  }

  /** Fails the reads that waited for the value. Writes after them still run. */
  readFailed(error: unknown): void {
    for (let command = this.#commands[this.#position]; command?.operation === 'get'; command = this.#commands[++this.#position])
      this.#settle(command, { error });
  }

  /** Settles the commands whose outcome depended on the write. @param failed Outcome of all of them, if the write failed. */
  writeEnded(failed?: StoreOutcome): void {
    for (const [command, outcome] of this.#unwritten ?? []) this.#settle(command, failed ?? outcome);
    this.#unwritten = undefined;
  }

  /** Settles commands that the table has run. @param known The entry after them, if the table has returned it. */
  updateEnded(outcomes: ReadonlyMap<Command, StoreOutcome>, known?: { readonly entry: Entry | undefined }): void {
    for (const [command, outcome] of outcomes) this.#settle(command, outcome);
    this.#position += outcomes.size;
    this.#known = known;
    this.next();
  }

  /** Fails commands that the table could not run. The current entry is then unknown. */
  updateFailed(commands: readonly Command[], error: unknown): void {
    this.updateEnded(new Map(commands.map((command) => [command, { error }])));
  }

  /** Returns the next command, with all increments that follow it if it is one: they are sent in one request. */
  #leadingIncrements(): readonly Command[] {
    const rest = this.#commands.slice(this.#position);
    const end = rest.findIndex(({ operation }) => operation !== 'increment');
    return rest.slice(0, end === -1 ? rest.length : Math.max(1, end));
  }
}

/** Whether the command does not depend on the current value. */
const isUnconditionalWrite = (command: Command): boolean => command.operation === 'delete' || (command.operation === 'set' && !command.ifAbsent);
