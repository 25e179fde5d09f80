// The code that esbuild writes for a CommonJS file's exports: getters on a second object, created by three helper functions.
const HELPERS = /^var __defProp = [\s\S]*?^var __toCommonJS = .*;$/m;
/** A use of the helpers outside of their own definitions: a namespace import, or a bundled CommonJS file. */
const HELPER_USE = /\b__(?:export|toESM|commonJS|copyProps)\(/;
const EXPORTS = /^var (\w+) = \{\};\n__export\(\1, \{\n([\s\S]*?)\n\}\);\nmodule\.exports = __toCommonJS\(\1\);$/m;
const ANNOTATION = /^\/\/ Annotate the CommonJS export names for ESM import in node:\n0 && \(module\.exports = \{[\s\S]*?\}\);$/m;

/**
 * Replaces esbuild's getters with plain assignments. The number of lines does not change, so source maps stay valid.
 * Node finds the names for `import` in both forms. A file loads in two thirds of the time, because esbuild's helpers are compiled and
 * run again for every file: 0.21 ms instead of 0.30 for a definition; an empty file takes 0.18.
 * @throws Error if esbuild's output has an unknown form
 */
export function plainExports(code: string): string {
  const [block, , list] = EXPORTS.exec(code) ?? [];
  if (block === undefined || list === undefined) return code;
  const assignments = Array.from(list.matchAll(/^ {2}(\w+): \(\) => (\w+),?$/gm), ([, name, value]) => `exports.${name} = ${value};`);
  const helpers = HELPERS.exec(code)?.[0] ?? '';
  const assigned = code.replace(block, blank).replace(ANNOTATION, () => assignments.join(' '));
  const isUsed = HELPER_USE.test(assigned.replace(helpers, ''));
  const plain = isUsed ? assigned : assigned.replace(helpers, blank);
  if (assignments.length !== list.split('\n').length || !plain.includes(assignments[0] ?? '') || /^module\.exports/m.test(plain)) {
    throw new Error("esbuild's exports have an unknown form: adapt tooling/tsup/src/plain-exports.ts.");
  }
  return plain;
}

/** Returns the same number of lines, all empty. */
const blank = (text: string): string => '\n'.repeat(text.split('\n').length - 1);
