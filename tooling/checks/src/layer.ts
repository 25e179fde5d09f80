import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { outside } from './built.ts';
import type { Check, Violation } from './check.ts';
import { filesIn } from './workspace.ts';

const dist = 'layers/suga/dist';
const archive = `${dist}/suga-layer.zip`;
const maxFiles = 70;
/**
 * Upper limit of the zipped layer. The first goal was 150 KB for all packages together, which twelve interfaces and lmms use up alone.
 * In addition, store, ofb and ftpms with its guardian take 60 KB; the rules for keys, options and outcomes 4; unchanged HTTP in lambda 7;
 * its less frequent kinds of events 13; scopes, exact counters and checked arguments 20. A function reads only the files of the
 * operations that it calls. Lambda's own limit is 250 MB, unzipped.
 */
const maxBytes = 268 * 1024;
/** Names that every SDK client contains, even bundled and minified: its own name, and that of its foundation. */
const SDK_CODE = /aws-sdk-js|@smithy\//;

/** The layer is small, runs as it is, and contains only files that run. A layer that is not built passes. */
export const layer: Check = (root) => {
  if (!existsSync(join(root, dist))) return [];
  const files = filesIn(root, dist).filter((file) => file !== archive);
  return [...size(root, files), ...files.flatMap((file) => content(root, file))];
};

function size(root: string, files: readonly string[]): readonly Violation[] {
  const violations: Violation[] = [];
  if (files.length > maxFiles) {
    violations.push({ file: dist, problem: `has ${files.length} files, more than ${maxFiles}`, remedy: 'every file slows down a cold start; include fewer' });
  }
  if (!existsSync(join(root, archive))) return [...violations, { file: archive, problem: 'is missing', remedy: 'run npm run layer' }];
  const bytes = statSync(join(root, archive)).size;
  if (bytes > maxBytes)
    violations.push({ file: archive, problem: `has ${bytes} bytes, more than ${maxBytes}`, remedy: 'find the entry that grew with the budgets check' });
  return violations;
}

function content(root: string, file: string): readonly Violation[] {
  const remedy = 'exclude it in layers/suga/src';
  if (/\.(?:map|[cm]?tsx?)$|\/src\//.test(file)) return [{ file, problem: 'is a source, a map or types', remedy }];
  const text = readFileSync(join(root, file), 'utf8');
  if (file.includes('@aws-sdk') || SDK_CODE.test(text))
    return [{ file, problem: 'contains or requires @aws-sdk', remedy: 'remove it: the SDK is part of the runtime' }];
  return /\.[cm]?js$/.test(file) ? outside(root, file) : [];
}
