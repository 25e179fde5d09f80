// Prints the load time of an interface at its first call in ms, with everything that its core requires: node load.cjs <layer> <interface> <package>.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [layer, name, from] = process.argv.slice(2);
const { createGateway, control } = createRequire(join(layer, 'nodejs/node_modules/@suga/x.js'))('@suga/gateway');
const { [name]: define } = createRequire(join(layer, 'nodejs/node_modules/@suga/x.js'))(`@suga/${from}`);
// Another interface is loaded first, so that the gateway's first load is not measured.
const gateway = createGateway({ first: { operations: { run: { params: {} } }, load: () => ({ operations: { run: () => 0 } }) }, [name]: define() });
gateway.first.run();
control(gateway).load(name);
console.log(JSON.stringify({ took: control(gateway).stats().interfaces[name].loadMs }));
