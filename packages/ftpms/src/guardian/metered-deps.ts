import type { Account } from '../aws/contract.js';
import type { GuardianDeps } from './deps.js';
import type { OwnCalls } from './state.js';

type Counts = { -readonly [Name in keyof OwnCalls]: OwnCalls[Name] };

/** Wraps the dependencies and counts in `own` how much they use of free allowances. */
export function counting(guard: GuardianDeps, own: Counts): GuardianDeps {
  const { account, ledger, records } = guard;
  return {
    ...guard,
    account: {
      ...forwarding(account),
      sums: (query) => (own.cloudWatch++, account.sums(query)),
      publish: (gauges, untilMs) => (own.cloudWatch++, account.publish(gauges, untilMs)),
      notify: (subject, message) => (own.messages++, account.notify(subject, message)),
    },
    ledger: {
      grant: (request, signal) => (own.writes++, ledger.grant(request, signal)),
      reportInit: (month, init) => (own.writes++, ledger.reportInit(month, init)),
      read: (month) => ledger.read(month),
      begin: (month, epoch, settings, already) => (own.writes++, ledger.begin(month, epoch, settings, already)),
      settle: (seen, next) => (own.writes++, ledger.settle(seen, next)),
      mode: (month, from, to) => (own.writes++, ledger.mode(month, from, to)),
      stopped: (month, mode, at) => (own.writes++, ledger.stopped(month, mode, at)),
    },
    records: {
      get: (key) => records.get(key),
      put: (key, value) => (own.writes++, records.put(key, value)),
      add: (key, value) => (own.writes++, records.add(key, value)),
      remove: (key) => (own.writes++, records.remove(key)),
    },
  };
}

/** Each method is forwarded, because the account may be an instance of a class. */
const forwarding = (account: Account): Omit<Account, 'sums' | 'publish' | 'notify'> => ({
  functions: () => account.functions(),
  concurrency: (name) => account.concurrency(name),
  setConcurrency: (name, concurrency) => account.setConcurrency(name, concurrency),
  mappings: (name) => account.mappings(name),
  setMapping: (id, enabled) => account.setMapping(id, enabled),
  mark: (name, had) => account.mark(name, had),
  marked: (name) => account.marked(name),
  rules: (name) => account.rules(name),
  setRule: (rule) => account.setRule(rule),
  freeTier: () => account.freeTier(),
});
