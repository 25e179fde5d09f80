import { invalidParam } from '@suga/gateway/errors';

/** Returns one string or several as an array. @throws `InvalidParams` also for empty strings: an environment variable without a value must not become an issuer */
export function parseTexts(name: string, value: unknown): string[] {
  const all = [value].flat();
  if (all.length > 0 && all.every((each) => typeof each === 'string' && each !== '')) return all as string[];
  throw invalidParam('security', name, value, 'a non-empty string, or an array of them');
}
