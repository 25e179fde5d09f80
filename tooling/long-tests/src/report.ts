/** The fields of a mutation report that are used. See https://github.com/stryker-mutator/mutation-testing-elements, schema version 2. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

export interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: 'Killed' | 'Survived' | 'NoCoverage' | 'Timeout' | 'CompileError' | 'RuntimeError' | 'Ignored' | 'Pending';
  readonly location: { readonly start: Place; readonly end: Place };
}

/** A position in a file. Line and column count from 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** A mutant that no test noticed. */
export interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  /** The original code. `to` is the code that replaces it. */
  readonly from: string;
  readonly to: string;
  /** Whether no test runs this code. */
  readonly isUncovered: boolean;
}

export interface Findings {
  readonly killed: number;
  /** Number of mutants that were noticed because the tests did not end in time. */
  readonly late: number;
  readonly survivors: readonly Survivor[];
}

/** Combines the reports of a target's parts into its findings. */
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

/** Returns the text between two positions. */
function cut(source: string, { start, end }: Mutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines.map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined)).join('\n');
}

const oneLine = (code: string): string => code.replace(/\s+/g, ' ').trim();
