/** Options with none left out. */
export type Complete<T> = { readonly [Name in keyof T]-?: Exclude<T[Name], undefined> };
