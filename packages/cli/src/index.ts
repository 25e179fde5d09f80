export { type Bake, type BakeErrorCode, type BakeOptions, bake } from './bake.js';
