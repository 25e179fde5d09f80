/** What the process that bakes is told, by the variable SUGA_BAKE. */
export interface Task {
  /** Where it leaves the pack and the result. */
  readonly folder: string;
  readonly include: readonly string[];
}

/** What it leaves beside the pack: the pack's name for that Node, or what went wrong. */
export type Result = { readonly name: string; readonly files: number } | { readonly error: string };

/** Names of the two files in the folder. */
export const PACK = 'pack';
export const RESULT = 'result.json';
