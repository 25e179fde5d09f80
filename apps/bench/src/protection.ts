import { join } from 'node:path';
import { layerFolder } from '@suga/layer';
import { type Runtime, runJson } from './node.ts';
import type { Row } from './report.ts';

const script = (name: string): string => join(import.meta.dirname, 'scripts', name);
const repeat = <T>(times: number, run: () => T): T[] => Array.from({ length: times }, run);

/** Measures the costs of ftpms while usage is normal. */
export function* protection(node: Runtime, rounds: number): Iterable<Row> {
  const few = Math.min(rounds, 9);
  const loads = repeat(rounds, () => runJson<{ took: number }>(node, script('load-middleware.cjs'), layerFolder, 'ftpms').took);
  yield { key: 'load.ftpms', what: 'load of ftpms with its ledger, before the first request, ms', samples: loads };
  const calls = repeat(few, () => runJson<{ none: number; ftpms: number }>(node, script('untouched.ts')));
  yield { key: 'ftpms.idle', what: 'a hot operation, with ftpms ÷ without', samples: calls.map(({ ftpms, none }) => ftpms / none), target: 1.05 };
  const added = repeat(few, () => runJson<{ added: number }>(node, script('admit.ts')).added);
  yield { key: 'ftpms.admit', what: 'what ftpms adds to an invocation that finds a lease, µs', samples: added };
}
