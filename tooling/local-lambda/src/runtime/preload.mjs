// Runs in the function's process before AWS's runtime client. It is plain JavaScript, because stripping types would count as INIT.
import { registerHooks } from 'node:module';
import { connect } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import end from './end.cjs';

end.folder = new URL(import.meta.url).searchParams.get('folder');
const rapidClient = new URL('./rapid-client.cjs', import.meta.url).href;

const hooks = registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== './rapid-client.node') return next(specifier, context);
    // Lambda has no such hook, so it is removed before the function's first `require`.
    queueMicrotask(() => hooks.deregister());
    return { url: rapidClient, format: 'commonjs', shortCircuit: true };
  },
});

// If the local Lambda dies, its function must end too, even while the function waits for something else.
if (isMainThread) {
  const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
  const tether = connect({ host, port: Number(port) }).unref();
  tether.on('error', () => {});
  tether.on('close', end);
}
