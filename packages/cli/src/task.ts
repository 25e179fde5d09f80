/** The task of the process that bakes, passed in the variable SUGA_BAKE. */
export interface Task {
  /** The folder for the pack and the result. */
  readonly folder: string;
  readonly include: readonly string[];
}

/** The content of the result file: the pack's name for this Node, or the error. */
export type Result = { readonly name: string; readonly files: number } | { readonly error: string };

/** Names of the two files in the task's folder. */
export const PACK = 'pack';
export const RESULT = 'result.json';
