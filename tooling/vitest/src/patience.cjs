'use strict';
// Makes the limits of a process a hundred times as long, so that none of them ends what is merely slow on a busy machine: every timer of whole
// seconds. Pauses are shorter or have a random part, and stay. For tests in which a limit is not the subject: import it, or start a program
// with `node --require`. `node:timers` and `node:timers/promises` stay as they are.
const { setTimeout: later } = globalThis;
const LONGEST = 2 ** 31 - 1;
const isLimit = (ms) => ms >= 1000 && ms % 1000 === 0;

globalThis.setTimeout = (work, ms, ...args) => later(work, isLimit(ms) ? Math.min(ms * 100, LONGEST) : ms, ...args);
