/**
 * Returns an environment for a child process that must not have its parent's variables. It contains only the path and, in a
 * mutation run, the active mutant.
 */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, __STRYKER_ACTIVE_MUTANT__: mutant } = process.env;
  return { PATH, ...(mutant !== undefined && { __STRYKER_ACTIVE_MUTANT__: mutant }) };
}
