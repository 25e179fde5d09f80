import { invalidParam } from '@suga/gateway/errors';

/** Creates a UUID of version 4 or 7 (RFC 9562, 5.4 and 5.7). Version 7 has 48 bits of Unix time in ms, then random bits. */
export function uuid(version: 4 | 7 = 4): string {
  const random = process.getBuiltinModule('node:crypto').randomUUID();
  if (version === 4) return random;
  if (version !== 7) throw invalidParam('utility', 'version', version, '4 or 7');
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}
