const pending = new Set<() => void>();

function runAll(): void {
  for (const task of pending) task();
}

/** Has something undone should this process end before it was done properly. Returns how to call that off. */
export function atExit(task: () => void): () => void {
  if (pending.size === 0) process.once('exit', runAll);
  pending.add(task);
  return () => {
    pending.delete(task);
    if (pending.size === 0) process.off('exit', runAll);
  };
}
