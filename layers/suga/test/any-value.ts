import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Schema } from '@suga/gateway';
import { vi } from 'vitest';

/** Values of every kind. Most of them are invalid for any setting or argument. */
export const VALUES: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  five: 5,
  text: 'x',
  list: [],
  object: {},
  function: () => 1,
  NaN: Number.NaN,
  negative: -1,
  symbol: Symbol('s'),
  bigint: 10n,
};

/** Returns a valid value for a parameter with this schema. */
export function good({ type, enum: values }: Schema): unknown {
  const kind = (Array.isArray(type) ? type[0] : type) as string | undefined;
  if (Array.isArray(values)) return values[0];
  const usual: Readonly<Record<string, unknown>> = { string: 'x', number: 1, integer: 1, boolean: true, array: ['x'], object: {} };
  return kind === undefined ? () => 1 : usual[kind];
}

/** Returns the names of fields in a package's types, within the blocks that `block` matches. */
export function namesIn(folder: string, block: RegExp): readonly string[] {
  const dist = join(import.meta.dirname, '..', '..', '..', 'packages', folder, 'dist');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts'));
  const blocks = files.flatMap((file) => [...readFileSync(join(dist, file), 'utf8').matchAll(block)].map(([, body]) => body as string));
  return [...new Set(blocks.flatMap((body) => [...body.matchAll(/^\s+readonly (\w+)\??:/gm)].map(([, name]) => name as string)))];
}

/** Sends requests to AWS to a closed port of this machine, so that each fails at once. `vi.unstubAllEnvs()` undoes it. */
export async function unreachableAws(): Promise<void> {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const endpoint = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  closed.close();
  await once(closed, 'close');
  const env = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_MAX_ATTEMPTS: '1' };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

/** Makes calls, and collects the errors that are not ours. */
export class Sweep {
  readonly found: string[] = [];

  async try(call: string, work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      const problem = foreign(error);
      if (problem !== undefined) this.found.push(`${call} → ${problem}`);
    }
  }
}

/** Describes the error, or returns `undefined` if it has a code and a message of ours. */
function foreign(error: unknown): string | undefined {
  const { name, code, cause, message } = error as { name?: string; code?: unknown; cause?: unknown; message?: string };
  // If a core could not be loaded, the cause holds the reason.
  if (code === 'LoadFailed') return foreign(cause);
  return /^[A-Z][a-z]\w+$/.test(String(code)) && !OF_ENGINE.test(String(message)) ? undefined : `${name}: ${message}`;
}

const OF_ENGINE = /Cannot (?:read|set|convert|destructure|use)|is not (?:a function|iterable|a constructor|defined)|circular structure|must be an instance of/;
