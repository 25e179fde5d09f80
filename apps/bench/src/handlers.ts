import { join } from 'node:path';

/** Path of the bundled handlers, one folder each. */
export const handlersFolder: string = join(import.meta.dirname, '..', 'dist');

/** A function with all twelve interfaces and lmms. It is measured separately. */
export const app = 'app';

/** Handlers that are compared with each other. */
export const handlers = ['bare', 'ours', 'ours-lmms', 'ours-whole', 'ours-bundled', 'peers-same', 'peers-stack'] as const;

export type HandlerName = (typeof handlers)[number];

/** Whether the handler gets our packages from the layer. */
export const usesLayer = (name: string): boolean => [app, 'ours', 'ours-lmms', 'ours-whole'].includes(name);

/** Descriptions of the handlers, for the rows of the report. */
export const described: Readonly<Record<Exclude<HandlerName, 'bare'>, string>> = {
  ours: 'ours, with the layer',
  'ours-lmms': 'the same, with lmms',
  'ours-whole': 'those, with metrics, ofb and ftpms',
  'ours-bundled': 'ours, bundled',
  'peers-same': 'Powertools Logger, Middy, lru-cache: the same work',
  'peers-stack': 'those, and Powertools Metrics, opossum, jose',
};
