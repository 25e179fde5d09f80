'use strict';
// Makes the time limits of a process 100 times as long, so that they do not end work that is only slow on a busy machine.
// Every timer of whole seconds counts as a limit. Pauses are shorter or have a random part, and do not change.
// Use this in tests that do not test a limit: import it, or start a program with `node --require`.
// `node:timers` and `node:timers/promises` do not change.
const { setTimeout: later } = globalThis;
const LONGEST = 2 ** 31 - 1;
const isLimit = (ms) => ms >= 1000 && ms % 1000 === 0;

globalThis.setTimeout = (work, ms, ...args) => later(work, isLimit(ms) ? Math.min(ms * 100, LONGEST) : ms, ...args);
