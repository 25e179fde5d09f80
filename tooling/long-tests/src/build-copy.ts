// Builds the copy of a package that Stryker makes within it, where the build reads files of `node_modules`: they are two folders above.
import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';

symlinkSync('../../node_modules', 'node_modules', 'dir');
process.exitCode = spawnSync('tsup', { stdio: 'inherit', shell: true }).status ?? 1;
