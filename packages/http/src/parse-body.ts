import type { Call } from './call.js';
import { failure } from './errors.js';

/** Parses a body by its content type or by the option `as`. @throws `InvalidResponse` for a successful response whose JSON is not valid */
export function parseBody(call: Call, response: { readonly status: number; readonly bytes: Uint8Array | undefined; readonly type: string }): unknown {
  const { status, bytes, type } = response;
  const { as = kindOf(type) } = call.settings;
  if (!bytes || (bytes.length === 0 && (as === 'json' || !call.settings.as))) return undefined;
  // The cache may hold these bytes, so the caller gets a copy.
  if (as === 'bytes') return call.settings.cache ? bytes.slice() : bytes;
  const text = decode(bytes, as === 'json' ? '' : type);
  if (as === 'text') return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Gateways send their own error pages, whatever the content type says.
    if (status < 200 || status > 299) return text;
    throw failure('InvalidResponse', call, `got a body that is not JSON (${bytes.length} bytes, "${type.slice(0, 80)}").`, { cause, details: { status } });
  }
}

function kindOf(type: string): 'json' | 'text' | 'bytes' {
  const [essence = ''] = type.toLowerCase().split(';');
  if (/[/+]json\s*$/.test(essence)) return 'json';
  return /^\s*text\/|[/+]xml\s*$|\/(?:x-www-form-urlencoded|javascript|x-ndjson|jsonl)\s*$/.test(essence) ? 'text' : 'bytes';
}

function decode(bytes: Uint8Array, type: string): string {
  const [, charset = 'utf-8'] = /;\s*charset="?([\w-]+)/i.exec(type) ?? [];
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
