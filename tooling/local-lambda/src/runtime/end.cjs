'use strict';
const { rmSync } = require('node:fs');

/** Ends this process and all that it started, and removes its `folder`: the local Lambda is gone, and nobody else would. */
module.exports = function end() {
  rmSync(end.folder, { recursive: true, force: true });
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
};
