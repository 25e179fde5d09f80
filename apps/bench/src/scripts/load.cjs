// Prints what loading an interface takes at its first call, in ms, with its core and everything that needs. From the layer, whose folder is given.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const [layer, name, from] = process.argv.slice(2);
const { createGateway, control } = createRequire(join(layer, 'nodejs/node_modules/@suga/x.js'))('@suga/gateway');
const { [name]: define } = createRequire(join(layer, 'nodejs/node_modules/@suga/x.js'))(`@suga/${from}`);
// One load before, so that it is the interface that is measured and not the gateway's first load.
const gateway = createGateway({ first: { operations: { run: { params: {} } }, load: () => ({ operations: { run: () => 0 } }) }, [name]: define() });
gateway.first.run();
control(gateway).load(name);
console.log(JSON.stringify({ took: control(gateway).stats().interfaces[name].loadMs }));
