import { join } from 'node:path';

/** Where the bundled handlers are, one folder each. */
export const handlersFolder: string = join(import.meta.dirname, '..', 'dist');

/** A function with all twelve interfaces and lmms, measured by itself. */
export const app = 'app';

/** Handlers of the comparison. */
export const handlers = ['bare', 'ours', 'ours-bundled', 'peers-same', 'peers-stack'] as const;

export type HandlerName = (typeof handlers)[number];
