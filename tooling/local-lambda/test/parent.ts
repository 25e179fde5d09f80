// Starts a function, prints its process ids, and waits to be killed, or exits without closing the function.
import { startFunction } from '../src/index.ts';

const [taskRoot = '', how] = process.argv.slice(2);
const fn = await startFunction({ taskRoot, handler: 'index.child', timeout: 900_000, initTimeout: 900_000 });
const result = await fn.invoke({});
void fn.invoke({});
console.log(JSON.stringify(result.status === 'success' ? result.payload : result));
if (how === 'exit') process.exit(0);
setInterval(() => {}, 1000);
