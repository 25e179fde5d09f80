import type { Core, Facts, Interface } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { Subject } from '@suga/testing';

/** An interface that follows all rules, and can be made to break one of them. */
export interface Notes {
  add(text: string, options?: { readonly times?: number }): number;
  addMany(texts: readonly string[]): number;
  find(text: string): Promise<string[]>;
  all(): AsyncIterable<string>;
}

/** Changes to the interface that break a rule. */
export interface Fault {
  /** Facts that differ. */
  readonly facts?: Partial<Record<keyof Notes | 'extra', object>>;
  /** Operations that differ. */
  readonly operations?: Partial<Record<keyof Notes | 'extra', (...args: never) => unknown>>;
  /** The rest of the core. */
  readonly core?: Partial<Core<Notes>>;
  readonly stored?: string[];
}

const text = { type: 'string' };

export const notes = ({ facts = {}, operations = {}, core = {}, stored: initial }: Fault = {}): Interface<Notes> =>
  ({
    operations: {
      add: { params: { text, options: { type: 'object' } }, required: ['text'], result: { type: 'integer' }, batch: 'addMany', idempotent: true, ...facts.add },
      addMany: { params: { texts: { type: 'array', items: text } }, required: ['texts'], summary: 'Adds several.', ...facts.addMany },
      find: { params: { text }, required: ['text'], returns: 'promise', result: { type: 'array', items: text }, remote: true, ...facts.find },
      all: { params: {}, returns: 'stream', ...facts.all },
    } as Record<keyof Notes, Facts>,
    load: (): Core<Notes> => {
      const stored = initial ?? [];
      const add = (one: string): number => {
        if (typeof one !== 'string') throw invalidParam('notes', 'text', one, 'a string');
        return stored.push(one);
      };
      return {
        operations: {
          add,
          addMany: (many: readonly string[]) => {
            if (!Array.isArray(many)) throw invalidParam('notes', 'texts', many, 'a list of strings');
            for (const one of many) add(one);
            return stored.length;
          },
          find: async (one: string) => stored.filter((note) => note === one).slice(0, 3),
          all: async function* () {
            yield* stored.slice(0, 3);
          },
          ...operations,
        } as Notes,
        heldState: () => (stored.length > 0 ? `${stored.length} notes` : undefined),
        ...core,
      };
    },
  }) as Interface<Notes>;

export const subject = (fault?: Fault): Subject<Notes> => ({
  name: 'notes',
  definition: () => notes(fault),
  calls: { add: ['a note'], addMany: [['one', 'two']], find: (operations) => (operations.add('this'), ['this']), all: [] },
});
