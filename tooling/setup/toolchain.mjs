// Fetches the locked toolchain (pnpm, Node 22 and 24) and creates the environment of every task.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'tooling', 'setup', 'toolchain');
const modules = join(folder, 'node_modules');
const lambdaNodes = ['24', '22'];

/** Installs the toolchain unless the locked version is already installed. */
export function installToolchain() {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const marker = join(modules, '.installed-lock.json');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;
  console.log('Setting up: pnpm, Node 22 and Node 24 (once) …');
  // --loglevel=error: npm would warn that pnpm needs a newer Node, but that Node is being fetched.
  const command = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', command, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error('npm could not fetch the toolchain: the npm registry must be reachable the first time.');
  writeFileSync(marker, lock);
}

/**
 * Returns the Node versions to use, newest first: the fetched ones if they run on this platform, otherwise the current one.
 * `SUGA_NODE=22` or `24` chooses one.
 * @returns {{ major: string, path: string }[]}
 */
export function nodes() {
  const wanted = process.env.SUGA_NODE;
  const fetched = lambdaNodes
    .map((major) => ({ major, path: join(modules, `node-${major}`, 'bin', 'node') }))
    .filter(({ path }) => existsSync(path) && runs(path));
  const own = { major: process.versions.node.split('.')[0] ?? '', path: process.execPath };
  const available = fetched.length > 0 ? fetched : [own];
  const chosen = wanted ? available.filter(({ major }) => major === wanted) : available;
  if (chosen.length === 0) {
    throw new Error(`SUGA_NODE=${wanted}: not available here; choose from ${available.map(({ major }) => major).join(', ')}.`);
  }
  if (Number(chosen[0].major) < 22) {
    throw new Error(`Node ${process.versions.node} is too old, and none can be fetched for ${process.platform}-${process.arch}: install Node 22 or 24.`);
  }
  return chosen;
}

function runs(path) {
  try {
    execFileSync(path, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Returns the environment for a Node. PATH begins with that Node and pnpm. npm's variables are removed, because pnpm would read them as its own. */
export function environment({ major, path }) {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  return {
    ...clean,
    PATH: [dirname(path), join(root, 'node_modules', '.bin'), join(modules, '.bin'), clean.PATH].join(delimiter),
    SUGA_NODE: major,
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
  };
}

/** Runs a command of the workspace. Its output goes to the terminal. Returns whether it succeeded. */
export function run(node, command, args, extra = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...environment(node), ...extra } });
  if (error) throw error;
  return status === 0;
}

/** Runs a command and prints its output only if it fails. Returns whether it succeeded. */
export function runQuietly(node, command, args) {
  const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: environment(node), encoding: 'utf8', maxBuffer: 2 ** 28 };
  const { status, error, stdout, stderr } = spawnSync(command, args, options);
  if (error) throw error;
  if (status !== 0) console.error(stdout + stderr);
  return status === 0;
}

/**
 * Installs the workspace's packages from the lockfile. This takes about a second if nothing changed.
 * @param more Whether to install the mutation tester too. It is rarely needed and adds a third as many packages again.
 */
export function installWorkspace(node, more = false) {
  const lockfile = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=error'];
  if (!more) lockfile.push('--filter=!@suga/stryker');
  if (!run(node, 'pnpm', lockfile)) throw new Error('pnpm install failed; its output is above.');
}
