import type { Control, Facts, Handler } from '@suga/gateway';
import { isSugaError } from '@suga/gateway/errors';
import { toBoundedText } from '../bounded-copy.js';
import type { VerifyOptions } from '../contract.js';
import type { Finding, Verification } from '../report-contract.js';
import { loadTemporarily } from '../temporary-load.js';
import { parseOptions } from '../validation.js';
import { checkFacts, type FactProblem } from './check-facts.js';
import { parseParameters } from './parameters.js';

/** Checks every definition, and the core that it loads. */
export function verify(control: Control, options?: VerifyOptions): Verification {
  const { load = true } = parseOptions(options);
  const findings: Finding[] = [];
  const notInstalled: string[] = [];
  let operations = 0;
  for (const name of control.names()) {
    const table = tableOf(control, name);
    if (table instanceof Error) {
      if (isSugaError(table, 'NotInstalled')) notInstalled.push(name);
      else findings.push(notLoaded(name, table));
      continue;
    }
    operations += Object.keys(table).length;
    findings.push(...byFacts(name, table), ...(load ? byLoading(control, name, table) : byFunctions(control, name, table)));
  }
  const ok = findings.every(({ severity }) => severity !== 'error');
  return { ok, interfaces: control.names().length - notInstalled.length, operations, notInstalled, findings };
}

type Table = Readonly<Record<string, Facts>>;

function tableOf(control: Control, name: string): Table | Error {
  try {
    return control.operations(name);
  } catch (error) {
    return error as Error;
  }
}

const byFacts = (of: string, table: Table): readonly Finding[] =>
  Object.entries(table).flatMap(([operation, facts]) => checkFacts(operation, facts, table).map((found) => findingOf(of, operation, found)));

function byLoading(control: Control, of: string, table: Table): readonly Finding[] {
  const { error, letGo } = loadTemporarily(control, of);
  if (error) return [notLoaded(of, error)];
  try {
    return byFunctions(control, of, table);
  } finally {
    letGo();
  }
}

/** Creates the finding for a failed load. The gateway's message already names operations without a function, or the interfaces of a circle. */
function notLoaded(of: string, error: Error): Finding {
  const remedy = isSugaError(error, 'LoadCycle')
    ? 'use the other interface inside an operation'
    : isSugaError(error, 'InvalidDefinition')
      ? 'make the table and the core match'
      : 'fix the error, or remove the interface';
  return { severity: 'error', interface: of, problem: toBoundedText(error.message), remedy };
}

/** Checks the functions of an interface; none if it is not loaded. */
function byFunctions(control: Control, of: string, table: Table): readonly Finding[] {
  if (!control.stats().interfaces[of]?.loaded) return [];
  return Object.entries(table).flatMap(([operation, facts]) => takes(control, { of, operation, facts }).map((found) => findingOf(of, operation, found)));
}

interface Place {
  readonly of: string;
  readonly operation: string;
  readonly facts: Facts;
}

/** Checks one function. To see it, the operation is bound again, which also checks the middleware around it. */
function takes(control: Control, { of, operation, facts }: Place): readonly FactProblem[] {
  try {
    const fn = functionBehind(control, of, operation);
    return fn ? parameters(fn, facts) : [];
  } catch (error) {
    return [
      {
        severity: 'error',
        problem: `it cannot be bound: ${toBoundedText((error as Error).message)}`,
        remedy: 'fix the middleware or override that the message names',
      },
    ];
  }
}

/** Returns the core's own function. An override receives it, replaces nothing, and is removed at once. */
function functionBehind(control: Control, of: string, operation: string): Handler | undefined {
  let behind: Handler | undefined;
  control.override(of, operation, (original) => (behind = original))();
  return behind;
}

function parameters(fn: Handler, { params }: Facts): readonly FactProblem[] {
  const declared = Object.keys(params ?? {});
  const { count, rest } = parseParameters(fn) ?? { count: fn.length, rest: true };
  const found: FactProblem[] = [];
  if (count > declared.length) {
    const problem = `its function takes ${count} parameters, its facts declare ${declared.length}`;
    const severity = fn.length > declared.length ? 'error' : 'warning';
    found.push({ severity, problem, remedy: 'declare all of them in params: calls by name cannot pass them otherwise' });
  }
  // A function without parameters is one that replaces an operation to switch it off.
  if (!rest && count > 0 && count < declared.length) {
    const problem = `its function takes ${count} of ${declared.length} parameters and never sees "${declared.slice(count).join('", "')}"`;
    found.push({ severity: 'warning', problem, remedy: 'use them in the function, or remove them from params' });
  }
  return found;
}

const findingOf = (of: string, operation: string, { severity, problem, remedy }: FactProblem): Finding => ({
  severity,
  interface: of,
  operation,
  problem,
  remedy,
});
