// Forwards requests and responses of a port of this machine, each delayed by half of the given time, and prints its own port: node proxy.ts <port> <ms>.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const [target = 0, roundTrip = 0] = process.argv.slice(2).map(Number);
/** Data that waits. All of it waits equally long, so the order of arrival is kept. */
const waiting: { readonly due: number; readonly act: () => void }[] = [];
const sleeper = new Int32Array(new SharedArrayBuffer(4));

function later(act: () => void): void {
  if (waiting.push({ due: performance.now() + roundTrip / 2, act }) === 1) setImmediate(go);
}

/** Waits precisely. Timers have only whole milliseconds, so it sleeps for short times and checks for new data in between. */
function go(): void {
  while (waiting[0] && waiting[0].due <= performance.now()) {
    waiting[0].act();
    waiting.shift();
  }
  if (!waiting[0]) return;
  Atomics.wait(sleeper, 0, 0, Math.min(0.1, Math.max(0, waiting[0].due - performance.now())));
  setImmediate(go);
}

function handOn(from: Socket, to: Socket): void {
  from.setNoDelay(true);
  from.on('data', (data) => later(() => to.write(data)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
}

const server = createServer({ allowHalfOpen: true }, (caller) => {
  const callee = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
  handOn(caller, callee);
  handOn(callee, caller);
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
