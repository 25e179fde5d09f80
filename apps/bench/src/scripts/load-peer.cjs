// Prints the time in ms for requiring a file: a bundled library, as functions contain it.
const started = process.hrtime.bigint();
require(process.argv[2]);
console.log(JSON.stringify({ took: Number(process.hrtime.bigint() - started) / 1e6 }));
