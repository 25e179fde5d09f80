/** Whether a value is read in pieces: a ReadableStream, an async iterable, a Node Readable. */
export const isStream = (value: unknown): value is AsyncIterable<unknown> => typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
