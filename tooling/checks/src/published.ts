import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { SlowCheck, Violation } from './check.ts';
import { pack } from './pack.ts';
import { type Package, published as publishedPackages } from './workspace.ts';

/** publint and “are the types wrong?” find no problem in the tarball that users would install. They check the tarball, not the folder. */
export const published: SlowCheck = async (root) => {
  const packages = publishedPackages(root);
  const folder = mkdtempSync(join(tmpdir(), 'suga-published-'));
  try {
    const tarballs = pack(
      packages.map((each) => join(root, each.folder)),
      folder,
    );
    const found = await Promise.all(packages.map((each) => lint(each, new Uint8Array(readFileSync(tarballs.get(each.name) ?? '')))));
    return found.flat();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

async function lint({ folder }: Package, tarball: Uint8Array<ArrayBuffer>): Promise<readonly Violation[]> {
  const file = `${folder}/package.json`;
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, level: 'suggestion' });
  const said = messages
    .filter(({ code }) => !ignored(code))
    .map((message) => ({ file, problem: `publint: ${message.code}`, remedy: formatMessage(message, pkg) ?? 'see publint.dev/rules' }));
  return [...said, ...(await wrongTypes(file, tarball))];
}

/** publint wants "type" in every package. Ours are CommonJS because they omit it, which manifests.ts checks. */
const ignored = (code: string): boolean => code === 'USE_TYPE';

async function wrongTypes(file: string, tarball: Uint8Array): Promise<readonly Violation[]> {
  const result = await checkPackage(createPackageFromTarballData(tarball));
  if (!result.types) return [{ file, problem: 'attw: no types', remedy: 'build the .d.ts into dist' }];
  return result.problems.map((problem) => ({ file, problem: `attw: ${problem.kind} ${where(problem)}`, remedy: `see ${page}#${problem.kind}` }));
}

const page = 'github.com/arethetypeswrong/arethetypeswrong.github.io/tree/main/docs/problems';

const where = (problem: Problem): string =>
  'entrypoint' in problem ? `for "${problem.entrypoint}" (${problem.resolutionKind})` : 'typesFileName' in problem ? problem.typesFileName : problem.fileName;
