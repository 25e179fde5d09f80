/**
 * Calls `release` when the iterator or stream is finished. It calls it at once for any other value and for a stream that cannot be watched.
 * @returns the value that the caller gets
 */
export function trackStream(value: unknown, release: () => void): unknown {
  try {
    if (typeof value === 'object' && value !== null) {
      if (value instanceof ReadableStream) return value.pipeThrough(new TransformStream({ flush: release, cancel: release }));
      if ('pipe' in value && 'once' in value) return watchNodeStream(value as NodeStream, release);
      if ('next' in value) return watchIterator(value as Stepper, release);
      if (Symbol.asyncIterator in value) return watchIterable(value as AsyncIterable<unknown>, release);
    }
  } catch {
    // A locked or frozen stream cannot be watched. The caller gets it even so; it just does not count as in flight.
  }
  release();
  return value;
}

type NodeStream = NodeJS.ReadableStream & { readonly closed?: boolean; readonly destroyed?: boolean };

/** Watches a Node stream. `end` is for streams that never close. There is no `error` listener, because it would hide uncaught stream errors. */
function watchNodeStream(stream: NodeStream, release: () => void): NodeStream {
  if (stream.closed || stream.destroyed) release();
  return stream.once('close', release).once('end', release);
}

type Step = IteratorResult<unknown>;
type Stepper = { [Method in 'next' | 'return' | 'throw']?: (value?: unknown) => Step | Promise<Step> };

function watchIterable(iterable: AsyncIterable<unknown>, release: () => void): AsyncIterable<unknown> {
  const begin = iterable[Symbol.asyncIterator].bind(iterable);
  iterable[Symbol.asyncIterator] = () => watchIterator(begin() as Stepper, release) as AsyncIterator<unknown>;
  return iterable;
}

/** Wraps the iterator's own methods, so that the caller gets the same object that the operation returned. */
function watchIterator(iterator: Stepper, release: () => void): Stepper {
  const seen = (step: Step): Step => {
    if (step.done) release();
    return step;
  };
  const failed = (error: unknown): never => {
    release();
    throw error;
  };
  for (const method of ['next', 'return', 'throw'] as const) {
    const original = iterator[method]?.bind(iterator);
    if (!original) continue;
    iterator[method] = (...value) => {
      try {
        const step = original(...value);
        return 'then' in step ? step.then(seen, failed) : seen(step);
      } catch (error) {
        return failed(error);
      }
    };
  }
  return iterator;
}
