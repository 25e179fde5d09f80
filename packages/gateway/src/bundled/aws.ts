import { SugaError } from './errors.js';

/**
 * A client of the AWS SDK that the function brings itself, or else the runtime's. Looked for when it is called and never
 * by a bundler: the layer ships no SDK, and a bundle that holds one of its own passes a client in instead.
 * @param service The package without its scope: `client-ssm`.
 * @param name The aggregated client, whose methods are the service's calls: `SSM`.
 * @param who Who needs it, for the error's sake.
 * @throws `NotInstalled` where there is no such package
 */
export function awsClient<Client>(
  service: string,
  name: string,
  { who, settings = {} }: { readonly who: string; readonly settings?: object | undefined },
): Client {
  const specifier = `@aws-sdk/${service}`;
  const from = `${process.env['LAMBDA_TASK_ROOT'] ?? process.cwd()}/`;
  let sdk: Readonly<Record<string, new (settings: object) => Client>>;
  try {
    sdk = process.getBuiltinModule('node:module').createRequire(from)(specifier);
  } catch (cause) {
    if (!(cause as Error | undefined)?.message?.startsWith(`Cannot find module '${specifier}'`)) throw cause;
    throw new SugaError('NotInstalled', `${who} needs ${specifier}: Lambda's Node.js runtimes have it; elsewhere add it, or pass a client of your own.`, {
      cause,
    });
  }
  return new (sdk[name] as new (settings: object) => Client)(settings);
}
