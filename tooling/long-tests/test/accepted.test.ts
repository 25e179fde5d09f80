import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { acceptedFor } from '../src/accepted.ts';
import { fixture, targets } from '../src/targets.ts';
import { folders, root, testFiles } from '../src/workspace.ts';

const oneLine = (code: string): string => code.replace(/\s+/g, ' ');

it('every mutant that may survive belongs to a target, is still in its file, and has a reason', () => {
  for (const name of readdirSync(join(import.meta.dirname, '..', 'accepted')).map((file) => basename(file, '.json'))) {
    const target = name === 'fixture' ? fixture : targets[name];
    for (const { file, from, to, why } of acceptedFor(name)) {
      expect(oneLine(readFileSync(join(root, target?.folder ?? '', file), 'utf8')), `${name}: ${file}`).toContain(from);
      expect([from === to, why.length > 10], `${name}: ${from} → ${to}`).toEqual([false, true]);
    }
  }
});

it('every target has a package with tests, and names existing files', () => {
  for (const { folder, parts } of Object.values(targets)) {
    expect(folders()).toContain(folder);
    for (const file of parts.flatMap(({ mutate, childrenOf = [] }) => [...mutate, ...childrenOf]))
      if (!file.includes('*')) expect(existsSync(join(root, folder, file.replace('!', ''))), file).toBe(true);
  }
});

it('properties are found in every package that has some', () => {
  expect(folders().filter((folder) => testFiles(folder, "'fast-check'").length > 0)).toEqual(
    expect.arrayContaining(['packages/gateway', 'packages/ofb', 'packages/store', 'tooling/vitest']),
  );
  expect(testFiles('packages/ofb', "'fast-check'")).toEqual(['test/order.test.ts']);
});
