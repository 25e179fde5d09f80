import { join } from 'node:path';

/** Path of the bundled handlers, one folder each. */
export const handlersFolder: string = join(import.meta.dirname, '..', 'dist');

/** A function with all twelve interfaces and lmms. It is measured separately. */
export const app = 'app';

/** Handlers that are compared with each other. */
export const handlers = ['bare', 'ours', 'ours-bundled', 'peers-same', 'peers-stack'] as const;

export type HandlerName = (typeof handlers)[number];
