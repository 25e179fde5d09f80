import { describe, expect, it } from 'vitest';
import { compare } from '../src/accepted.ts';
import { findingsOf, type Mutant, type Report } from '../src/report.ts';

const source = `const isOver = (left: number) =>
  left <= 0;
export { isOver };
`;
const mutant = (status: Mutant['status'], [startLine, startColumn, endLine, endColumn]: readonly number[] = [2, 3, 2, 12]): Mutant => ({
  mutatorName: 'EqualityOperator',
  replacement: 'left < 0',
  status,
  location: { start: { line: startLine ?? 0, column: startColumn ?? 0 }, end: { line: endLine ?? 0, column: endColumn ?? 0 } },
});
const report = (...mutants: Mutant[]): Report => ({ files: { 'src/over.ts': { source, mutants } } });

describe('the findings of a report', () => {
  it('count mutants that the tests noticed or that timed out, and none that could not run', () => {
    const found = findingsOf(report(...(['Killed', 'Killed', 'Timeout', 'CompileError', 'RuntimeError', 'Ignored'] as const).map((status) => mutant(status))));
    expect(found).toEqual({ killed: 2, late: 1, survivors: [] });
  });

  it('have the place of each survivor, and the code before and after on one line', () => {
    const { survivors } = findingsOf(report(mutant('Survived'), mutant('NoCoverage', [1, 16, 2, 12])));
    expect(survivors).toEqual([
      { file: 'src/over.ts', line: 2, mutator: 'EqualityOperator', from: 'left <= 0', to: 'left < 0', isUncovered: false },
      { file: 'src/over.ts', line: 1, mutator: 'EqualityOperator', from: '(left: number) => left <= 0', to: 'left < 0', isUncovered: true },
    ]);
  });
});

describe('survivors with a reason', () => {
  const { survivors } = findingsOf(report(mutant('Survived'), mutant('NoCoverage', [1, 16, 2, 12])));
  const reason = { file: 'src/over.ts', from: 'left <= 0', to: 'left < 0', why: 'never 0' };

  it('are identified by their change, not by their line', () => {
    expect(compare(survivors, [reason])).toEqual({ open: [survivors[1]], stale: [] });
  });

  it('are stale if they no longer survive or belong to another file', () => {
    const gone = { ...reason, file: 'src/other.ts' };
    expect(compare(survivors, [gone])).toEqual({ open: survivors, stale: [gone] });
  });
});
