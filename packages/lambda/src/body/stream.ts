/** Whether a value is read piece by piece: a ReadableStream, an async iterable, a Node Readable. */
export const isStream = (value: unknown): value is AsyncIterable<unknown> => typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
