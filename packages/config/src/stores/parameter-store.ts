import type { SsmClient } from '../contract.js';
import type { RemoteStore } from '../remote/request-batcher.js';
import type { Subject } from '../remote/store-errors.js';
import type { Content } from '../remote/value-cache.js';

const service = 'the Parameter Store';

/** Parameters by name, ten to a call. One call for all reads, single ones too, so that one permission is enough. */
export function parameters(client: () => SsmClient, WithDecryption: boolean): RemoteStore {
  return {
    limit: 10,
    subject: (name) => ({ kind: 'parameter', name, service, permission: 'ssm:GetParameters', resource: arnOf(name) }),
    fetch: async (names, { signal }) => {
      const { Parameters = [] } = await client().getParameters({ Names: [...names], WithDecryption }, { abortSignal: signal });
      const found = new Map<string, Content>();
      for (const { Name, ARN, Selector = '', Value } of Parameters) {
        if (Value === undefined) continue;
        // Who asked by ARN or for a version is answered with the plain name and a selector.
        for (const name of [Name, ARN]) if (name !== undefined) found.set(name + Selector, { value: Value });
      }
      return new Map(names.flatMap((name) => (found.has(name) ? [[name, found.get(name) as Content]] : [])));
    },
  };
}

/** All parameters below a path, page by page; each path is a call of its own. */
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

/** As an assignment does, but of `__proto__`, too. */
function define(target: object, key: string, value: string): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** What a policy calls it: an ARN without version, or what follows `parameter` in one. */
function arnOf(name: string): string {
  if (name.startsWith('arn:')) return name.split(':').slice(0, 6).join(':');
  return `arn:aws:ssm:*:*:parameter/${name.replace(/^\//, '').replace(/:.*$/, '')}`;
}
