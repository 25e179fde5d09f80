import type { Control } from '@suga/gateway';
import type { Plan } from './plan.js';

/**
 * Finds the reason why an operation cannot be fused as it is bound.
 *
 * A middleware between ofb and the operation must see either every call or none. If it wraps only the operation or only its batch, it
 * would see some calls and miss others; this may be a mistake, so it causes a warning. An override is intended and causes no warning.
 */
export function findBypassReason(control: Control, { interface: of, operation, batch, bypassReason }: Plan): string | undefined {
  const { operations } = control.stats().interfaces[of] ?? {};
  const [one, many] = [inside(operations?.[operation]?.bound), inside(operations?.[batch]?.bound)];
  if (one.includes('override') || many.includes('override')) return `"${operation}" or its batch "${batch}" has been replaced`;
  const between = [...one.filter((name) => !many.includes(name)), ...many.filter((name) => !one.includes(name))];
  if (between.length === 0) return undefined;
  const reason = `${between.join(', ')} runs inside of ofb and wraps only one of "${operation}" and its batch "${batch}"`;
  if (reason !== bypassReason) process.emitWarning(`ofb: "${of}.${operation}" is not fused: ${reason}. Put ofb first in the list of middleware.`);
  return reason;
}

const inside = (bound: unknown): readonly string[] => {
  const names: readonly string[] = Array.isArray(bound) ? bound : [];
  return names.slice(names.indexOf('ofb') + 1);
};
