/**
 * Parses JSON and leaves out every `__proto__`: whoever merges the result into something else stays safe.
 * @throws SyntaxError with a message that says where, and names an empty text as such
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw new SyntaxError('it is empty');
  return suspicious.test(text) ? JSON.parse(text, withoutProto) : JSON.parse(text);
}

// In plain, or with one of its letters written as an escape. The reviver is several times slower: only then does it run.
const suspicious = /__proto__|\\u00(?:5f|6f|7[024])/i;

const withoutProto = (key: string, value: unknown): unknown => (key === '__proto__' ? undefined : value);
