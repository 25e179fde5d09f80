import type { SsmClient } from '../contract.js';
import type { Content, RemoteStore, Subject } from './contract.js';

const service = 'the Parameter Store';

/** The store of parameters, ten per request. Single reads use the same action as batches, so that one permission is enough. */
export function parameters(client: () => SsmClient, WithDecryption: boolean): RemoteStore {
  return {
    limit: 10,
    subject: (name) => ({ kind: 'parameter', name, service, permission: 'ssm:GetParameters', resource: arnOf(name) }),
    fetch: async (names, { signal }) => {
      const { Parameters = [] } = await client().getParameters({ Names: [...names], WithDecryption }, { abortSignal: signal });
      const found = new Map<string, Content>();
      for (const { Name, ARN, Selector = '', Value } of Parameters) {
        if (Value === undefined) continue;
        // For a request by ARN or version, the response contains the plain name and a selector.
        for (const name of [Name, ARN]) if (name !== undefined) found.set(name + Selector, { value: Value });
      }
      return new Map(names.flatMap((name) => (found.has(name) ? [[name, found.get(name) as Content]] : [])));
    },
  };
}

/** The store of all parameters below a path, read page by page. Each path is a request of its own. */
export function paths(client: () => SsmClient, WithDecryption: boolean, keyOf: (name: string) => string): RemoteStore {
  return {
    limit: 1,
    subject: (name): Subject => ({
      ...{ kind: 'path', name, service, permission: 'ssm:GetParametersByPath' },
      resource: `${arnOf(name)} and ${arnOf(`${name.replace(/\/$/, '')}/*`)}`,
    }),
    fetch: async ([path = ''], { signal }) => {
      const value: Record<string, string> = {};
      const parts = new Map<string, string>();
      let token: string | undefined;
      do {
        const input = { Path: path, Recursive: true, WithDecryption, ...(token !== undefined && { NextToken: token }) };
        const page = await client().getParametersByPath(input, { abortSignal: signal });
        for (const { Name, Value } of page.Parameters ?? []) {
          if (Name === undefined || Value === undefined) continue;
          define(value, Name.slice(path.length).replace(/^\//, ''), Value);
          parts.set(keyOf(Name), Value);
        }
        token = page.NextToken || undefined;
      } while (token !== undefined && !signal.aborted);
      return new Map([[path, { value, parts }]]);
    },
  };
}

/** Sets a property as an assignment does, but also if the key is `__proto__`. */
function define(target: object, key: string, value: string): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Returns the parameter's ARN without a version, as policies use it. */
function arnOf(name: string): string {
  if (name.startsWith('arn:')) return name.split(':').slice(0, 6).join(':');
  return `arn:aws:ssm:*:*:parameter/${name.replace(/^\//, '').replace(/:.*$/, '')}`;
}
