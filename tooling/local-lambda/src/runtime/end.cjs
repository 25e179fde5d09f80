'use strict';
const { rmSync } = require('node:fs');

/** Ends this process and everything it started, and removes its `folder`. The local Lambda that would do so has ended. */
module.exports = function end() {
  rmSync(end.folder, { recursive: true, force: true });
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
};
