const pending = new Set<() => void>();

function runAll(): void {
  for (const task of pending) task();
}

/** Runs `task` if this process exits first. Returns a function that cancels this. */
export function atExit(task: () => void): () => void {
  if (pending.size === 0) process.once('exit', runAll);
  pending.add(task);
  return () => {
    pending.delete(task);
    if (pending.size === 0) process.off('exit', runAll);
  };
}
