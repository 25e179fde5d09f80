import { SugaError } from '@suga/gateway/errors';

const DENIED = /^(?:(?:KMS)?AccessDenied(?:Exception)?|AuthorizationError(?:Exception)?|UnauthorizedOperation)$/;

/** The acting part of the protection: each has a policy of its own. */
export type Role = 'handler' | 'guardian' | 'operator';

/** An error as it is told: a missing permission with its action and the policy that has it; everything else as it came. */
export function told(error: unknown, action: string, role: Role): unknown {
  if (!DENIED.test((error as Error | undefined)?.name ?? '')) return error;
  const text = `ftpms: AWS does not allow ${action}: attach policies/${role}.json of @suga/ftpms, with your names filled in.`;
  return new SugaError<'NotAllowed'>('NotAllowed', text, { cause: error, details: { action, policy: `policies/${role}.json` } });
}
