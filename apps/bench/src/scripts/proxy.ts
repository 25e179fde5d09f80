// Hands on what a port of this machine is sent and answers, each after half of the given time; prints its own port: node proxy.ts <port> <ms>.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const [target = 0, roundTrip = 0] = process.argv.slice(2).map(Number);
/** All wait equally long, so their order is that of their coming. */
const waiting: { readonly due: number; readonly act: () => void }[] = [];
const sleeper = new Int32Array(new SharedArrayBuffer(4));

function later(act: () => void): void {
  if (waiting.push({ due: performance.now() + roundTrip / 2, act }) === 1) setImmediate(go);
}

/** Timers know whole milliseconds only: it sleeps in short naps, and looks between them whether something has come. */
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
