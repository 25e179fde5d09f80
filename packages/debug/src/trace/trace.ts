import { assertOneOf } from '@suga/gateway/check';
import type { TraceContext } from '../log-contract.js';

interface Ids {
  readonly traceId: string;
  readonly parentId?: string | undefined;
  readonly sampled?: boolean | undefined;
}

/**
 * Parses a `traceparent` (W3C Trace Context), an X-Ray header (`Root=1-…;Parent=…;Sampled=1`), or one of their trace ids alone.
 * Returns `undefined` for other values.
 */
export function toTraceContext(text: string): TraceContext | undefined {
  // No header of either kind is longer, and longer values should not be searched.
  if (typeof text !== 'string' || text.length > 1024) return undefined;
  const ids = fromW3c(text) ?? fromXray(text);
  return ids && /[^0]/.test(ids.traceId) ? contextOf(ids) : undefined;
}

/** Creates a trace id. An X-Ray id begins with the time, in seconds since the epoch. */
export function newTraceId(format: 'w3c' | 'xray' = 'w3c'): string {
  assertOneOf('debug', 'format', format, ['w3c', 'xray']);
  const id = process.getBuiltinModule('node:crypto').randomBytes(16).toString('hex');
  if (format === 'w3c') return id;
  return `1-${Math.floor(Date.now() / 1000)
    .toString(16)
    .padStart(8, '0')}-${id.slice(8)}`;
}

function contextOf({ traceId, parentId, sampled }: Ids): TraceContext {
  const xrayTraceId = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
  const flag = sampled === undefined ? '' : `;Sampled=${sampled ? 1 : 0}`;
  return {
    traceId,
    xrayTraceId,
    ...(parentId !== undefined && { parentId, traceparent: `00-${traceId}-${parentId}-${sampled ? '01' : '00'}` }),
    ...(sampled !== undefined && { sampled }),
    xrayHeader: `Root=${xrayTraceId}${parentId === undefined ? '' : `;Parent=${parentId}`}${flag}`,
  };
}

/** Parses a `traceparent`. A version above 00 may have more fields at its end; ff is not a version. */
function fromW3c(text: string): Ids | undefined {
  const [, alone] = /^([0-9a-f]{32})$/.exec(text) ?? [];
  if (alone) return { traceId: alone };
  const [, version, traceId, parentId, flags = '', more] = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text) ?? [];
  if (!traceId || version === 'ff' || (version === '00' && more !== undefined) || /^0+$/.test(parentId ?? '')) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Parses an X-Ray header. The order of its fields is not fixed, and there may be others between them (`Self`, `Lineage`). */
function fromXray(text: string): Ids | undefined {
  const fields = new Map(
    text.split(';').map((field): [string, string] => {
      const [key = '', value] = field.trim().split('=', 2);
      return value === undefined ? ['root', key] : [key.toLowerCase(), value];
    }),
  );
  const [, time, rest] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i.exec(fields.get('root') ?? '') ?? [];
  if (!time || !rest) return undefined;
  const parent = fields.get('parent') ?? '';
  const sampled = fields.get('sampled') ?? '';
  return {
    traceId: (time + rest).toLowerCase(),
    parentId: /^[0-9a-f]{16}$/i.test(parent) ? parent.toLowerCase() : undefined,
    sampled: /^[01]$/.test(sampled) ? sampled === '1' : undefined,
  };
}
