import { SugaError } from './errors.js';

/**
 * Creates a client of the AWS SDK, from the function's own copy or else from the runtime's. The package is required at the call and is
 * invisible to bundlers. The layer contains no SDK, and a function whose bundle contains one passes a client in instead.
 * @param service The package without its scope: `client-ssm`.
 * @param name The aggregated client, whose methods are the service's calls: `SSM`.
 * @param who The package that needs the client, for the error message.
 * @throws `NotInstalled` if there is no such package
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
