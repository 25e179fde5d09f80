import { SugaError } from '@suga/gateway/errors';

const DENIED = /^(?:(?:KMS)?AccessDenied(?:Exception)?|AuthorizationError(?:Exception)?|UnauthorizedOperation)$/;

/** The part of FTPMS that acts. Each has a policy of its own. */
export type Role = 'handler' | 'guardian' | 'operator';

/** Converts an "access denied" error to one that names the missing action and the policy that allows it. Returns any other error unchanged. */
export function explainDenied(error: unknown, action: string, role: Role): unknown {
  if (!DENIED.test((error as Error | undefined)?.name ?? '')) return error;
  const text = `ftpms: AWS does not allow ${action}. Attach policies/${role}.json of @suga/ftpms, with your names filled in.`;
  return new SugaError<'Forbidden'>('Forbidden', text, { cause: error, details: { action, policy: `policies/${role}.json` } });
}
