import { isSugaError, SugaError } from '@suga/gateway/errors';
import type { ConfigErrorCode } from '../contract.js';
import { quote } from '../settings/files.js';
import type { Subject } from '../stores/contract.js';

/** An error of the SDK. */
interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const ABSENT = /^(ParameterNotFound|ParameterVersionNotFound|ParameterVersionLabelNotFound|ResourceNotFoundException)$/;
const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized)$/;
const DECRYPTION = /kms:Decrypt|^(InvalidKeyId|DecryptionFailure|KMS\w*)$/;
const CREDENTIALS =
  /^(CredentialsProviderError|ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidSignatureException|MissingAuthenticationToken\w*|InvalidClientTokenId)$/;
const REFUSED = /^(ValidationException|InvalidParameterException|BadRequestException|InvalidFilterKey|UnsupportedParameterType)$/;

/** Converts an error of a store or its client into one of suga. Errors of suga stay unchanged. Content of successful responses is left out. */
export function toStoreError(error: unknown, subject: Subject): unknown {
  if (isSugaError(error)) return error;
  const { name, code, message, $metadata } = (error ?? {}) as SdkError;
  const id = String(name);
  const text = String(message);
  if (ABSENT.test(id)) return notFound(subject, error);
  if (DECRYPTION.test(id) || (DENIED.test(id) && DECRYPTION.test(text))) return undecryptable(subject, text, error);
  if (DENIED.test(id)) return forbidden(subject, text, error);
  if (CREDENTIALS.test(id))
    return storeError('Forbidden', subject, `could not be read: the function's credentials were not accepted (${id})`, { cause: error });
  if (id === 'InvalidRequestException')
    return storeError('NotFound', subject, 'cannot be read in its present state: it may be marked for deletion', { cause: error });
  if (REFUSED.test(id)) return storeError('InvalidParams', subject, `was refused by ${subject.service} (${id}): check how it is written`, { cause: error });
  // The response could not be parsed. The error is no cause, because its message may quote from the response.
  if (error instanceof SyntaxError) return storeError('Unavailable', subject, `could not be read: ${subject.service} sent an incomplete response`, {});
  if (!$metadata && typeof code !== 'string' && !/^(TimeoutError|AbortError|NetworkingError)$/.test(id)) return clientError(subject, text, error);
  const why = $metadata?.httpStatusCode === undefined ? unreachable(id, text, { code, subject }) : `${subject.service} responded with ${id}`;
  return storeError('Unavailable', subject, `could not be read: ${why}`, { cause: error });
}

/**
 * Creates the error for a failure outside of the request: the SDK's own settings, a bug in a client, the form of a response. Its text may
 * contain anything, so it appears only in the cause.
 */
function clientError(subject: Subject, text: string, cause: unknown): Error {
  const isRegion = /region is missing/i.test(text);
  const why = isRegion ? 'no region is set: set AWS_REGION or pass the option "region"' : `the client of ${subject.service} failed: see the cause`;
  return storeError('Unavailable', subject, `could not be read: ${why}`, { cause });
}

function unreachable(id: string, text: string, { code, subject }: { readonly code: unknown; readonly subject: Subject }): string {
  return id === 'TimeoutError' ? text : `${subject.service} could not be reached (${typeof code === 'string' ? code : id})`;
}

/** Creates the error for a value that does not exist. */
export function notFound(subject: Subject, cause?: unknown): Error {
  return storeError('NotFound', subject, `does not exist: check its name and the region`, cause === undefined ? {} : { cause });
}

/** Creates the error for a value that does not have the requested format. It contains neither the value nor an error that may quote it. */
export function invalidFormat(kind: string, name: string, problem: string): Error {
  return new SugaError<ConfigErrorCode>('InvalidValue', `config: the ${kind} ${quote(name)} ${problem}.`, { details: { name } });
}

function forbidden(subject: Subject, text: string, cause: unknown): Error {
  // The service names the missing action. If a read needs several, this is the one to add.
  const permission = /perform: ([\w-]+:\w+)/.exec(text)?.[1] ?? subject.permission;
  const denied = text.includes('explicit deny') ? ', which a policy denies explicitly' : '';
  return storeError('Forbidden', subject, `may not be read: the function's role needs ${permission} on ${subject.resource}${denied}`, {
    cause,
    details: { permission, resource: subject.resource },
  });
}

function undecryptable(subject: Subject, text: string, cause: unknown): Error {
  const resource = /arn:[\w-]+:kms:[\w:/-]+/.exec(text)?.[0] ?? 'the key that it is encrypted with';
  return storeError('Forbidden', subject, `may not be decrypted: the function's role needs kms:Decrypt on ${resource}`, {
    cause,
    details: { permission: 'kms:Decrypt', resource },
  });
}

function storeError(
  code: ConfigErrorCode | 'InvalidParams',
  { kind, name }: Subject,
  problem: string,
  { details, ...cause }: { readonly cause?: unknown; readonly details?: object },
): Error {
  return new SugaError(code, `config: the ${kind} ${quote(name)} ${problem}.`, { ...cause, details: { name, ...details } });
}

/** Combines errors into one: the only one unchanged, or an error that names all of them and contains each by its name. */
export function combineErrors(failures: ReadonlyMap<string, unknown>, requested: number): unknown {
  const [first] = failures.values();
  if (failures.size < 2 || ![...failures.values()].every((error) => isSugaError(error))) return first;
  const all = [...failures.values()] as SugaError<ConfigErrorCode>[];
  const messages = all.slice(0, 10).map(({ message }) => message.replace(/^config: /, ''));
  return new SugaError((first as SugaError<ConfigErrorCode>).code, `config: ${all.length} of ${requested} could not be read: ${messages.join(' ')}`, {
    cause: first,
    details: { failures: Object.fromEntries(failures) },
  });
}
