// Prints the time in µs that ftpms adds to an invocation with a lease: invocations in turn, with and without it. The ledger is in the process.
import { cache } from '@suga/cache';
import { ftpms } from '@suga/ftpms';
import { control, createGateway } from '@suga/gateway';
import { inTurn } from '../turns.ts';

const INVOCATIONS = 1000;

// The warning about the missing table is expected.
process.removeAllListeners('warning');
const invocations = (...middleware: ReturnType<typeof ftpms>[]) => {
  const gateway = createGateway({ cache: cache() }, { middleware });
  const work = (): boolean => gateway.cache.has('key');
  return async () => {
    for (let invocation = 0; invocation < INVOCATIONS; invocation++) {
      await control(gateway).run({ id: 'bench', source: 'http', deadline: Date.now() + 3000 }, work);
    }
  };
};
const protecting = ftpms({ requestLimit: 1e9, gbSecondsLimit: 8e9 });
const taken = await inTurn({ without: invocations(), ftpms: invocations(protecting) }, { rounds: 60, warm: 20 });
const { level, counts } = protecting.report();
if (level !== 'normal' || counts.admitted !== 80 * INVOCATIONS) throw new Error(JSON.stringify(protecting.report()));
console.log(JSON.stringify({ added: ((taken.ftpms - taken.without) * 1000) / INVOCATIONS }));
