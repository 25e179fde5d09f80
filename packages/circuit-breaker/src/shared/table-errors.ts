import { isSugaError } from '@suga/gateway/errors';

const DENIED = /^AccessDenied/;
const THROTTLED = /^(ProvisionedThroughputExceeded|Throttling|RequestLimitExceeded|ThrottlingException)/;
const CREDENTIALS = /^(CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidSignature|MissingAuthenticationToken|InvalidClientTokenId)/;

/** Describes why the table could not be used, and what to do. */
export function toProblem(error: unknown, { table, permission }: { readonly table: string; readonly permission: string }): string {
  if (isSugaError(error, 'NotInstalled')) return error.message;
  const { name, message, code } = (error ?? {}) as { readonly name?: unknown; readonly message?: unknown; readonly code?: unknown };
  // A user's own client may reject with any value.
  const id = typeof error === 'object' && error !== null ? String(name ?? 'object') : String(error).slice(0, 300);
  const subject = `the table ${JSON.stringify(table)}`;
  if (DENIED.test(id)) return `${subject} may not be used: the function's role needs ${permission} on it.`;
  if (id === 'ResourceNotFoundException') return `${subject} does not exist in this region: create it, with the string "id" as its partition key.`;
  if (id === 'ValidationException') return `${subject} rejected the request: its partition key has to be the string "id", without a sort key.`;
  if (id === 'ForeignItem') return `${subject} has another kind of item under a circuit's name: use a separate table, or a prefix.`;
  if (THROTTLED.test(id)) return `${subject} is throttled (${id}): give it more capacity, or use on-demand billing.`;
  if (CREDENTIALS.test(id)) return `${subject} could not be used: the function's credentials were not accepted (${id}).`;
  if (id === 'TimeoutError') return `${subject} gave ${message}: check that the function can reach DynamoDB.`;
  const why = typeof message === 'string' && message !== '' ? `: ${message.slice(0, 300)}` : '';
  return `${subject} could not be used (${typeof code === 'string' ? code : id}${why}).`;
}
