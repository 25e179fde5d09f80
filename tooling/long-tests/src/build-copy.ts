// Builds the copy of a package that Stryker makes inside the package. The build reads files of `node_modules`, which lies two folders above.
import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';

symlinkSync('../../node_modules', 'node_modules', 'dir');
process.exitCode = spawnSync('tsup', { stdio: 'inherit', shell: true }).status ?? 1;
