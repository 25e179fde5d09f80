export { chunk, flattenObject, mergeWith, retry } from 'es-toolkit';
export { get } from 'es-toolkit/compat';
