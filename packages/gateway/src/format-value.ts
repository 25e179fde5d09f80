/** Formats any value in about 60 characters at most. It never runs code of the value. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return truncate(JSON.stringify(value.slice(0, 61)));
  if (value === null || ['number', 'boolean', 'undefined'].includes(typeof value)) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Shortens a string to 60 characters. */
export const truncate = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);
