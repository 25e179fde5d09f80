'use strict';
// Moves the clock of a process by `SUGA_CLOCK_SHIFT_MS`: `Date.now()`, `new Date()` and `Date()`. The clock then runs on as usual.
// Use this in tests whose result depends on the day of the month: load it after the variable is set, or start a program with `node --require`.
// Dates with arguments, `performance` and timers do not change. Programs that the process starts keep their own clock.
const { now } = Date;
const shift = Number(process.env.SUGA_CLOCK_SHIFT_MS || Number.NaN);
if (!Number.isInteger(shift)) throw new Error('clock-shift: set SUGA_CLOCK_SHIFT_MS to an integer, in ms.');

Date.now = () => now() + shift;
// A proxy and not a subclass, so that dates from Node itself, such as those of `fs.stat`, remain instances of `Date`.
globalThis.Date = new Proxy(Date, {
  apply: () => new Date().toString(),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget),
});
