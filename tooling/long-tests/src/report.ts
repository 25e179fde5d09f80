/** The parts of a mutation report that are used: https://github.com/stryker-mutator/mutation-testing-elements, schema version 2. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: 'Killed' | 'Survived' | 'NoCoverage' | 'Timeout' | 'CompileError' | 'RuntimeError' | 'Ignored' | 'Pending';
  readonly location: { readonly start: Place; readonly end: Place };
}

/** Line number, from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** A mutant that no test noticed. */
export interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  /** The code before, and the code instead of it. */
  readonly from: string;
  readonly to: string;
  /** Whether no test runs that code at all. */
  readonly isUncovered: boolean;
}

export interface Findings {
  readonly killed: number;
  /** Killed because the tests did not end. */
  readonly late: number;
  readonly survivors: readonly Survivor[];
}

/** The findings of a target, whose parts have a report each. */
export function findingsOf(...reports: readonly Report[]): Findings {
  const all = reports
    .flatMap(({ files }) => Object.entries(files))
    .flatMap(([file, { source, mutants }]) => mutants.map((mutant) => ({ file, source, mutant })));
  const count = (status: Mutant['status']): number => all.filter(({ mutant }) => mutant.status === status).length;
  const survivors = all
    .filter(({ mutant: { status } }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ file, source, mutant: { mutatorName, replacement = '', location, status } }) => ({
      file,
      line: location.start.line,
      mutator: mutatorName,
      from: oneLine(cut(source, location)),
      to: oneLine(replacement),
      isUncovered: status === 'NoCoverage',
    }));
  return { killed: count('Killed'), late: count('Timeout'), survivors };
}

/** The text between two places. */
function cut(source: string, { start, end }: Mutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines.map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined)).join('\n');
}

const oneLine = (code: string): string => code.replace(/\s+/g, ' ').trim();
