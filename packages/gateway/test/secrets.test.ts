import { isSecretName, REDACTED, redactText, STRICT_PATTERNS } from '@suga/gateway/secrets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const secret =
  `password PASSWORD passwd pwd dbPwd db_password userpassword password2 passwordHash passwordConfirmation passphrase passcode pass_code pass DB_PASS
  secret clientSecret client-secret clientSecretValue SecretString secretKey sharedKey token tokens_token accessToken access_tokens refreshTokens authtoken csrf-token
  idToken tokenValue X-Amz-Security-Token jwt jwtToken auth db_auth oauth Authorization proxy-authorization credential credentials awsCredentials cookie Set-Cookie
  cookies session sessionId session_id apiKey APIKey X-Api-Key apikeys accessKey secretAccessKey privateKey private_key_pem signingKey encryption_key masterKey
  connectionString connection-string process.env.DB_PASSWORD`.split(/\s+/);

const shown =
  `secretArn SECRET_ARN secretId secretName passwordPolicy password_policy passwordLength tokenType token_type tokenCount tokens max_tokens total_tokens
  promptTokens tokenizer tokenExpiresAt token_expires_in accessTokenExpiry cookieName cookie_names sessionCount sessions author authors authority authMethod authorized
  compass bypass passenger passed isPassing key keyId accessKeyId publicKey keyboard monkey user email status id name obsession _ __proto__`.split(/\s+/);

describe('the name of a secret', () => {
  it.each(secret)('is %s', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(shown)('is not %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });

  it('is recognized at the end of a long name, whatever the name is', () => {
    expect(isSecretName(`${'a.'.repeat(100_000)}password`)).toBe(true);
    fc.assert(fc.property(fc.string(), (name) => isSecretName(`${name}_password`)));
  });
});

describe('a secret in a text', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
  const pem = `-----BEGIN PRIVATE KEY-----\n${'MIIB'.repeat(20)}\n-----END PRIVATE KEY-----`;
  it.each([
    [`token ${jwt}!`, `token ${REDACTED}!`],
    [jwt.slice(0, 30), REDACTED],
    ['Bearer abcdefghijkl', `Bearer ${REDACTED}`],
    ['authorization: BEARER abcdefghijkl', `authorization: BEARER ${REDACTED}`],
    ['Basic dXNlcjpwYXNz', `Basic ${REDACTED}`],
    ['postgres://user:p@ss:word@host/db', `postgres://user:${REDACTED}@host/db`],
    [`a ${pem} b`, `a ${REDACTED} b`],
    [pem.slice(0, 60), REDACTED],
    ['a: $& b', 'a: $& b'],
    ['Basic authentication failed for a bearer of bad news', 'Basic authentication failed for a bearer of bad news'],
    ['http://127.0.0.1:3000/a@b', 'http://127.0.0.1:3000/a@b'],
  ])('%s becomes %s', (text, clean) => {
    expect(redactText(text)).toBe(clean);
  });

  it.each([
    ['AKIAABCDEFGHIJKLMNOP and ASIAABCDEFGHIJKLMNOP', `${REDACTED} and ${REDACTED}`],
    ['BASIC dXNlcjpwYXNz', `BASIC ${REDACTED}`],
    [`Basic dXNlcjpwYXNz ${jwt}`, `Basic ${REDACTED} ${REDACTED}`],
  ])('%s becomes %s in a text from outside', (text, clean) => {
    expect(redactText(text, REDACTED, STRICT_PATTERNS)).toBe(clean);
  });

  it("is not the id of an access key, in a log of one's own", () => {
    expect(redactText('AKIAABCDEFGHIJKLMNOP')).toBe('AKIAABCDEFGHIJKLMNOP');
  });

  it('is replaced by a text of your own, which has no special meaning', () => {
    expect(redactText('Bearer abcdefghijkl', '$&')).toBe('Bearer $&');
  });

  // A pattern that takes quadratic time would need minutes for each of these.
  it.each([
    'eyJ'.repeat(300_000),
    'bearer '.repeat(150_000),
    `bearer ${' '.repeat(1_000_000)}`,
    `://${'a:'.repeat(500_000)}`,
    '://'.repeat(300_000),
    '-----BEGIN PRIVATE KEY-----'.repeat(40_000),
    'basic a'.repeat(150_000),
    'AKIA'.repeat(250_000),
  ])('is looked for in linear time', (text) => {
    expect(typeof redactText(text, REDACTED, STRICT_PATTERNS)).toBe('string');
  });
});
