// Prints the load time in ms that a function spends before its first request: node load-middleware.cjs <layer> ofb|store|ftpms.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [layer, name] = process.argv.slice(2);
const load = createRequire(join(layer, 'nodejs/node_modules/@suga/x.js'));
// A protected function has these variables.
Object.assign(process.env, { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128', FTPMS_TABLE: 'ftpms', FTPMS_GUARDIAN: 'guardian' });
const loads = {
  ofb: () => load('@suga/ofb').ofb(),
  store: () =>
    load('@suga/store')
      .store()
      .load({ invocation: () => undefined }),
  ftpms: () => load('@suga/ftpms').ftpms(),
};
const started = process.hrtime.bigint();
loads[name]();
console.log(JSON.stringify({ took: Number(process.hrtime.bigint() - started) / 1e6 }));
