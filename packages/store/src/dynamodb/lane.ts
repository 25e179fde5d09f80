import { apply, type Entry } from '../apply.js';
import type { Command, Job } from '../backend.js';
import type { StoreOutcome } from '../contract.js';

/** What a lane needs of the table before it can go on: to read its key, to write it, or to have commands done there. */
export type Need =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly entry: Entry | undefined }
  | { readonly kind: 'update'; readonly commands: readonly Command[] };

/**
 * One key's commands in their order. What a read has told, and what a write will leave, is enough for those that follow: from the first
 * `set` or `delete` on nothing more is asked, and only what comes out at the end is written.
 */
export class Lane {
  readonly key: string;
  readonly #settle: Job['settle'];
  readonly #commands: Command[] = [];
  #at = 0;
  /** What the key has, where that is known. */
  #known: { readonly entry: Entry | undefined } | undefined;
  /** Outcomes that are true once what is `known` has been written; `undefined` where there is nothing to write. */
  #unwritten: [Command, StoreOutcome][] | undefined;

  constructor(key: string, settle: Job['settle']) {
    this.key = key;
    this.#settle = settle;
  }

  add(command: Command): void {
    this.#commands.push(command);
  }

  /** Goes on as far as it can; says what it needs then, or `undefined` at the end. Asked again, it says the same. */
  next(): Need | undefined {
    for (let command = this.#commands[this.#at]; command; command = this.#commands[this.#at]) {
      if (!this.#unwritten && isPlainWrite(command)) this.#unwritten = [];
      if (!this.#unwritten) {
        if (command.operation !== 'get') return { kind: 'update', commands: this.#together() };
        if (!this.#known) return { kind: 'read' };
      }
      const { entry, outcome } = apply(this.#known?.entry, command, Date.now());
      this.#known = { entry };
      if (this.#unwritten) this.#unwritten.push([command, outcome]);
      else this.#settle(command, outcome);
      this.#at++;
    }
    return this.#unwritten && { kind: 'write', entry: this.#known?.entry };
  }

  /** The key has been read; those that wanted to know that, and no more, are told at once. */
  read(entry: Entry | undefined): void {
    this.#known = { entry };
    this.next();
  }

  /** It could not be: those that wanted to know fail, writes after them are still to be done. */
  unread(error: unknown): void {
    for (let command = this.#commands[this.#at]; command?.operation === 'get'; command = this.#commands[++this.#at]) this.#settle(command, { error });
  }

  /** What was to be written has been, or could not be. */
  written(failed?: StoreOutcome): void {
    for (const [command, outcome] of this.#unwritten ?? []) this.#settle(command, failed ?? outcome);
    this.#unwritten = undefined;
  }

  /** Commands have been done by the table, which may have told what the key has now. */
  updated(outcomes: ReadonlyMap<Command, StoreOutcome>, known?: { readonly entry: Entry | undefined }): void {
    for (const [command, outcome] of outcomes) this.#settle(command, outcome);
    this.#at += outcomes.size;
    this.#known = known;
    this.next();
  }

  /** Increments in a row can be done in one. */
  #together(): readonly Command[] {
    const rest = this.#commands.slice(this.#at);
    const end = rest.findIndex(({ operation }) => operation !== 'increment');
    return rest.slice(0, end === -1 ? rest.length : Math.max(1, end));
  }
}

/** What the key had does not matter to it. */
const isPlainWrite = (command: Command): boolean => command.operation === 'delete' || (command.operation === 'set' && !command.ifAbsent);
