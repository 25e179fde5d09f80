import { describe, expect, it } from 'vitest';
import { undefinedOptions } from '../src/undefined-options.ts';
import { packageFiles, tree } from './tree.ts';

const check = (types: string, more: object = {}) => undefinedOptions(tree(packageFiles('config', { 'dist/index.d.ts': types, ...more })));
const problems = (types: string, more: object = {}) => check(types, more).map(({ problem }) => problem);

describe('options', () => {
  it('that are optional may be undefined', () => {
    expect(
      problems(`
        export interface Options { readonly limit?: number | undefined; readonly name: string; readonly any?: unknown; readonly level?: Level }
        type Level = 'high' | undefined;
        export declare const config: (options?: Options) => void;`),
    ).toEqual([]);
  });

  it('are reported with their source file if their type does not allow undefined', () => {
    const types = { 'dist/options.d.ts': 'export interface Options { readonly limit?: number; readonly check?: (value: string) => boolean }' };
    expect(check(`import type { Options } from './options.js'; export declare function config(options: Options): void;`, types)).toMatchObject([
      { file: 'packages/config/src/options.ts', problem: 'Options.limit?: number', remedy: expect.stringContaining('| undefined') },
      { file: 'packages/config/src/options.ts', problem: 'Options.check?: (value: string) => boolean' },
    ]);
  });

  it.each([
    ['of a method of a returned object', 'interface Api { get(options?: Options): void } export declare const api: () => Api;'],
    ['of a method of an object in a promise', 'interface Api { get(options?: Options): void } export declare const api: () => Promise<Readonly<Api>>;'],
    ['of a class', 'export declare class Api { constructor(options: Options); }'],
    ['in other options', 'interface Outer { readonly inner: Options } export declare function api(outer: Outer): void;'],
    ['that are inherited', 'interface More extends Options { readonly other: 1 } export declare function api(more: More): void;'],
    ['among several forms', 'export declare function api(options: string | readonly Options[] | Readonly<Record<string, Options>>): void;'],
    ['in an alias', 'type More = Options & { readonly other: 1 }; export declare function api(more: Partial<More>): void;'],
  ])('%s are seen', (_, rest) => {
    expect(problems(`interface Options { readonly limit?: number } ${rest}`)).toEqual(['Options.limit?: number']);
  });

  it.each([
    ['a returned value', 'interface Result { readonly limit?: number } export declare function api(): Result;'],
    [
      'an argument of a function that a caller passes',
      'interface Given { readonly limit?: number } export declare function api(work: (given: Given) => void): void;',
    ],
    [
      'an argument of a client that a caller passes',
      'interface Client { get(given: { readonly limit?: number }): void } export declare function api(client: Client): void;',
    ],
    ['types that no function accepts', 'export interface Options { readonly limit?: number }'],
  ])('are not %s', (_, types) => {
    expect(problems(types)).toEqual([]);
  });
});
