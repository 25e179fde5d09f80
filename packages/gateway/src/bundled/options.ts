/** Options without those that are `undefined`. */
export type WithoutUndefined<Options> = { readonly [Name in keyof Options]: Exclude<Options[Name], undefined> };

/** Options that are all present. */
export type Complete<Options> = { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> };

/** Removes the options that are `undefined`. Such an option counts as absent and must not replace a default when it is spread. */
export function withoutUndefined<Options extends object>(options: Options): WithoutUndefined<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as WithoutUndefined<Options>;
}
