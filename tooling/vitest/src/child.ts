/**
 * The environment of a child process that is to have none of its parent's variables: the path, and in a mutation run the mutant that is
 * switched on.
 */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, __STRYKER_ACTIVE_MUTANT__: mutant } = process.env;
  return { PATH, ...(mutant !== undefined && { __STRYKER_ACTIVE_MUTANT__: mutant }) };
}
