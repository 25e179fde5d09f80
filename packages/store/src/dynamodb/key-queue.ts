import { applyCommand, type Entry } from '../apply-command.js';
import type { Command, CommandJob } from '../backend.js';
import type { StoreOutcome } from '../contract.js';

/** What a queue needs of the table before it can go on: to read its key, to write it, or to have commands done there. */
export type NextStep = { readonly kind: 'read' } | WriteStep | UpdateStep;

/** Writes the entry; `undefined` removes the key. */
export interface WriteStep {
  readonly kind: 'write';
  readonly entry: Entry | undefined;
}

/** Commands that depend on what the table holds. */
export interface UpdateStep {
  readonly kind: 'update';
  readonly commands: readonly Command[];
}

/** A write and the queue that needs it. */
export type QueuedWrite = readonly [queue: KeyQueue, step: WriteStep];

/**
 * One key's commands in their order. What a read has reported, and what a write will leave, is enough for those that follow: from the first
 * `set` or `delete` on nothing more is asked, and only what comes out at the end is written.
 */
export class KeyQueue {
  readonly key: string;
  readonly #settle: CommandJob['settle'];
  readonly #commands: Command[] = [];
  #position = 0;
  /** What the key has, where that is known. */
  #known: { readonly entry: Entry | undefined } | undefined;
  /** Outcomes that are true once what is `known` has been written; `undefined` where there is nothing to write. */
  #unwritten: [Command, StoreOutcome][] | undefined;

  constructor(key: string, settle: CommandJob['settle']) {
    this.key = key;
    this.#settle = settle;
  }

  add(command: Command): void {
    this.#commands.push(command);
  }

  /** Goes on as far as it can; says what it needs then, or `undefined` at the end. Asked again, it says the same. */
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

  /** The key has been read; those that wanted to know that, and no more, are settled at once. */
  readSucceeded(entry: Entry | undefined): void {
    this.#known = { entry };
    this.next();
  }

  /** It could not be: those that wanted to know fail, writes after them are still to be done. */
  readFailed(error: unknown): void {
    for (let command = this.#commands[this.#position]; command?.operation === 'get'; command = this.#commands[++this.#position])
      this.#settle(command, { error });
  }

  /** What was to be written has been, or could not be. */
  writeEnded(failed?: StoreOutcome): void {
    for (const [command, outcome] of this.#unwritten ?? []) this.#settle(command, failed ?? outcome);
    this.#unwritten = undefined;
  }

  /** Commands have been done by the table, which may have reported what the key has now. */
  updateEnded(outcomes: ReadonlyMap<Command, StoreOutcome>, known?: { readonly entry: Entry | undefined }): void {
    for (const [command, outcome] of outcomes) this.#settle(command, outcome);
    this.#position += outcomes.size;
    this.#known = known;
    this.next();
  }

  /** Commands could not be done by the table; what the key has now is unknown. */
  updateFailed(commands: readonly Command[], error: unknown): void {
    this.updateEnded(new Map(commands.map((command) => [command, { error }])));
  }

  /** Increments in a row can be done in one. */
  #leadingIncrements(): readonly Command[] {
    const rest = this.#commands.slice(this.#position);
    const end = rest.findIndex(({ operation }) => operation !== 'increment');
    return rest.slice(0, end === -1 ? rest.length : Math.max(1, end));
  }
}

/** What the key had does not matter to it. */
const isUnconditionalWrite = (command: Command): boolean => command.operation === 'delete' || (command.operation === 'set' && !command.ifAbsent);
