import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { outside } from './built.ts';
import type { Check, Violation } from './check.ts';
import { filesIn } from './workspace.ts';

const dist = 'layers/suga/dist';
const archive = `${dist}/suga-layer.zip`;
const maxFiles = 70;
/**
 * 150 KB were the aim for all packages together; twelve whole interfaces and lmms fill that alone, store, ofb and ftpms with its guardian take
 * 60 more, the rules for keys, options and outcomes 4, what lambda does to have HTTP arrive unchanged 7, its kinds of events beside the
 * frequent ones 13; scopes, exact counters and checked arguments 20. What a function does not call is not read. Lambda's own limit is 250 MB,
 * unzipped.
 */
const maxBytes = 268 * 1024;
/** In every client of the SDK, bundled and minified too: its own name for itself, and that of its foundation. */
const SDK_CODE = /aws-sdk-js|@smithy\//;

/** The layer is small, runs as it is, and holds nothing that does not run. Says nothing of a layer that is not built. */
export const layer: Check = (root) => {
  if (!existsSync(join(root, dist))) return [];
  const files = filesIn(root, dist).filter((file) => file !== archive);
  return [...size(root, files), ...files.flatMap((file) => content(root, file))];
};

function size(root: string, files: readonly string[]): readonly Violation[] {
  const violations: Violation[] = [];
  if (files.length > maxFiles) {
    violations.push({ file: dist, problem: `has ${files.length} files, more than ${maxFiles}`, remedy: 'every file costs a cold start; put fewer in' });
  }
  if (!existsSync(join(root, archive))) return [...violations, { file: archive, problem: 'is missing', remedy: 'run npm run layer' }];
  const bytes = statSync(join(root, archive)).size;
  if (bytes > maxBytes) violations.push({ file: archive, problem: `has ${bytes} bytes, more than ${maxBytes}`, remedy: 'see what grew in the budgets' });
  return violations;
}

function content(root: string, file: string): readonly Violation[] {
  const remedy = 'leave it out in layers/suga/src';
  if (/\.(?:map|[cm]?tsx?)$|\/src\//.test(file)) return [{ file, problem: 'is a source, a map or types', remedy }];
  const text = readFileSync(join(root, file), 'utf8');
  if (file.includes('@aws-sdk') || SDK_CODE.test(text))
    return [{ file, problem: 'has to do with @aws-sdk', remedy: 'the SDK is in the runtime; the layer ships none of it' }];
  return /\.[cm]?js$/.test(file) ? outside(root, file) : [];
}
