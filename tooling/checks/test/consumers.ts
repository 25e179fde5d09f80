import type { Names } from '../src/exports.ts';

type Api = Readonly<Record<string, Names>>;

/** Returns a program that requires every entry point and prints its names. */
export const commonJs = (api: Api): string => `
  const names = (specifier) => Object.keys(require(specifier)).sort();
  console.log(JSON.stringify(Object.fromEntries(${JSON.stringify(Object.keys(api))}.map((each) => [each, names(each)]))));`;

/** Returns a program that imports every value by its name. It fails before it runs if Node cannot see a name in the CommonJS file. */
export const esModule = (api: Api): string =>
  `${Object.entries(api)
    .map(([specifier, { values }], index) => `import { ${aliases(values, index).join(', ')} } from '${specifier}';`)
    .join('\n')}
  console.log('all there');`;

/** Returns a program that re-exports every value and every type of every entry point. */
export const everyName = (api: Api): string =>
  Object.entries(api)
    .map(([specifier, { values, types }], index) => {
      const names = [...aliases(values, index), ...aliases(types, index).map((alias) => `type ${alias}`)];
      return `export { ${names.join(', ')} } from '${specifier}';`;
    })
    .join('\n');

/** A program as a user would write it, with mistakes that the compiler must find. */
export const typedUse = `
  import { cache } from '@suga/cache';
  import { control, createGateway } from '@suga/gateway';
  interface User { readonly name: string }
  const gateway = createGateway({ cache: cache({ maxEntries: 10 }) });
  export const name: string | undefined = gateway.cache.get<User>('k')?.name;
  export const run: Promise<User | undefined> = control(gateway).run({ id: 'r' }, () => gateway.cache.get<User>('k'));
  // @ts-expect-error possibly undefined
  export const sure: User = gateway.cache.get<User>('k');
  // @ts-expect-error no such operation
  gateway.cache.gte('k');
  // @ts-expect-error no such option
  cache({ maxEntry: 10 });`;

/** A handler program. Routes get the types of their parameters from their keys, and the handler fits the types of `@types/aws-lambda`. */
export const typedHandler = `
  import type { APIGatewayProxyHandler, APIGatewayProxyHandlerV2, Handler, SQSHandler } from 'aws-lambda';
  import { createGateway } from '@suga/gateway';
  import { createHandler, lambda } from '@suga/lambda';
  import { failsafe } from '@suga/lambda/failsafe';
  const gateway = createGateway({ lambda: lambda() });
  export const handler = createHandler(gateway, {
    http: {
      'GET /users/{id}': ({ params }) => { const id: string = params.id; return { id }; },
      'ANY /files/{path+}': async ({ params: { path } }) => path satisfies string,
      // @ts-expect-error the key has no {name}
      'PUT /users/{id}': ({ params }) => params.name,
    },
    events: { sqs: (message) => void (message.id satisfies string) },
  });
  export const v1: APIGatewayProxyHandler = handler;
  export const v2: APIGatewayProxyHandlerV2 = handler;
  export const sqs: SQSHandler = handler;
  export const any: Handler = failsafe(() => handler);`;

/** A program with the ready-made gateway, which has the interfaces whose types are imported, and no others. */
export const typedAuto = `
  import type {} from '@suga/cache';
  import { gateway } from '@suga/gateway/auto';
  interface User { readonly name: string }
  export const user: User | undefined = gateway.cache.get<User>('k');
  // @ts-expect-error a number is no key
  gateway.cache.get(1);
  // @ts-expect-error the types of @suga/logging are not part of this program
  gateway.logging.info('hello');
  export const hint: string = gateway.logging.hint;`;

/**
 * Returns a function with all interfaces in one gateway, which prints what was loaded and when.
 * @param interfaces Interfaces by the name of their factory.
 */
export const bundled = (interfaces: Readonly<Record<string, string>>): string => `
  import { control, createGateway } from '@suga/gateway';
  ${Object.entries(interfaces)
    .map(([name, specifier]) => `import { ${name} } from '${specifier}';`)
    .join('\n')}
  const gateway = createGateway({ ${Object.keys(interfaces)
    .map((name) => `${name}: ${name}()`)
    .join(', ')} });
  const loaded = () => Object.entries(control(gateway).stats().interfaces).filter(([, { loaded }]) => loaded).map(([name]) => name).sort();
  const first = loaded();
  gateway.cache.set('k', 'v');
  const value = gateway.cache.get('k');
  const second = loaded();
  for (const name of control(gateway).names()) control(gateway).load(name);
  console.log(JSON.stringify({ first, value, second, last: loaded() }));`;

/** A program with the ready-made gateway in a bundle. It finds no interface by name there, and its error says what to do. */
export const bundledAuto = `
  import { control, gateway } from '@suga/gateway/auto';
  const said = [];
  for (const call of [() => gateway.cache.get('k'), () => control(gateway).load('cache')]) {
    try { call(); } catch ({ code, message }) { said.push([code, message]); }
  }
  console.log(JSON.stringify(said));`;

/** Two entry points may export the same name. */
const aliases = (names: readonly string[], entry: number): readonly string[] => names.map((name) => `${name} as from${entry}_${name}`);
