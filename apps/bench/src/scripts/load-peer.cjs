// Prints what requiring a file takes, in ms: a library bundled into it, as functions ship them.
const started = process.hrtime.bigint();
require(process.argv[2]);
console.log(JSON.stringify({ took: Number(process.hrtime.bigint() - started) / 1e6 }));
