import { assertOneOf } from '@suga/gateway/check';
import type { Transform } from '../contract.js';
import { parse } from '../settings/files.js';
import type { Subject as StoreSubject } from '../stores/contract.js';
import { storeErrors } from './lazy.js';

const BASE64 = /^[\w+/-]*={0,2}$/;

/** The transformed value as errors describe it, without the value itself. */
type Subject = Pick<StoreSubject, 'kind' | 'name'>;

/** Converts a stored value as requested. */
export function transformed(value: string | Uint8Array, transform: Transform | undefined, subject: Subject): unknown {
  if (transform !== undefined) assertOneOf('config', 'transform', transform, ['json', 'binary', 'auto']);
  switch (transform === 'auto' ? bySuffix(subject.name) : transform) {
    case 'json':
      return toJson(value, subject);
    case 'binary':
      return toBytes(value, subject);
    default:
      return toText(value, subject);
  }
}

function bySuffix(name: string): Transform | undefined {
  return name.endsWith('.json') ? 'json' : name.endsWith('.binary') ? 'binary' : undefined;
}

function toText(value: string | Uint8Array, { kind, name }: Subject): string {
  if (typeof value === 'string') return value;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    throw storeErrors().invalidFormat(kind, name, "contains bytes that are not text: read it with { transform: 'binary' }");
  }
}

function toJson(value: string | Uint8Array, subject: Subject): unknown {
  const json = parse(toText(value, subject));
  if (json === undefined) throw storeErrors().invalidFormat(subject.kind, subject.name, 'must be JSON, but is not');
  return json;
}

function toBytes(value: string | Uint8Array, { kind, name }: Subject): Uint8Array {
  if (typeof value !== 'string') return value;
  const text = value.replace(/\s+/g, '');
  if (!BASE64.test(text)) throw storeErrors().invalidFormat(kind, name, 'must be base64, but is not');
  return Uint8Array.from(Buffer.from(text, 'base64'));
}
