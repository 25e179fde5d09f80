/** A value in at most some 60 characters, whatever it is; never runs code of the value. */
export function show(value: unknown): string {
  if (typeof value === 'string') return clip(JSON.stringify(value.slice(0, 61)));
  if (value === null || ['number', 'boolean', 'undefined'].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** At most 60 characters of a text. */
export const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
