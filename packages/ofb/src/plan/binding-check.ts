import type { Control } from '@suga/gateway';
import type { Plan } from './plan.js';

/**
 * Why an operation is not fused as it is bound: what is bound further in, around it or around its batch alone, must see every call or none.
 * Who put a function in its place wants that one called, and knows. Where a middleware is in the way, that may be an oversight.
 */
export function findBypassReason(control: Control, { interface: of, operation, batch, bypassReason }: Plan): string | undefined {
  const { operations } = control.stats().interfaces[of] ?? {};
  const [one, many] = [inside(operations?.[operation]?.bound), inside(operations?.[batch]?.bound)];
  if (one.includes('override') || many.includes('override')) return `"${operation}" or its batch "${batch}" has been replaced`;
  const between = [...one.filter((name) => !many.includes(name)), ...many.filter((name) => !one.includes(name))];
  if (between.length === 0) return undefined;
  const because = `${between.join(', ')} is bound further in, around only one of "${operation}" and its batch "${batch}"`;
  if (because !== bypassReason) process.emitWarning(`ofb: "${of}.${operation}" is not fused: ${because}. Put ofb first in the list of middleware.`);
  return because;
}

const inside = (bound: unknown): readonly string[] => {
  const names: readonly string[] = Array.isArray(bound) ? bound : [];
  return names.slice(names.indexOf('ofb') + 1);
};
