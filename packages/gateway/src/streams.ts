/** Calls `release` once the value is finished with; at once where it is no iterator or stream. Hands back the value to use. */
export function watch(value: unknown, release: () => void): unknown {
  if (typeof value === 'object' && value !== null) {
    if (value instanceof ReadableStream) return value.pipeThrough(new TransformStream({ flush: release, cancel: release }));
    if ('pipe' in value && 'once' in value) return (value as NodeJS.ReadableStream).once('close', release);
    if ('next' in value) return watchIterator(value as Stepper, release);
  }
  release();
  return value;
}

type Step = IteratorResult<unknown>;
type Stepper = { [Method in 'next' | 'return' | 'throw']?: (value?: unknown) => Step | Promise<Step> };

/** Wraps the iterator's own methods, so that the caller keeps the very object the operation returned. */
function watchIterator(iterator: Stepper, release: () => void): Stepper {
  let open = true;
  const close = (): void => {
    if (open) release();
    open = false;
  };
  const seen = (step: Step): Step => {
    if (step.done) close();
    return step;
  };
  const failed = (error: unknown): never => {
    close();
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
