import type { Interface } from '@suga/gateway';

/** The settings of a device: `{ on: true }`, `{ celsius: 21 }`. */
export type State = Readonly<Record<string, boolean | number | string>>;

export interface Device {
  readonly id: string;
  readonly kind: 'lamp' | 'thermostat' | 'lock';
  readonly state: State;
}

/** A change that a queue message or a request asks for. */
export interface Command {
  readonly device: string;
  readonly state: State;
}

/** The devices of one home. They are kept in the memory of this execution environment; a real back end would keep them in a table. */
export interface Devices {
  list(): Device[];
  get(id: string): Device | undefined;
  /** Merges a state into the device's state and returns the device. @throws RangeError if the device does not exist or the state is invalid */
  change(id: string, state: State): Device;
}

declare module '@suga/gateway' {
  interface Interfaces {
    devices: Devices;
  }
}

/** An interface of the app itself, added to those of the layer. Direct invocations may call the operations with `remote: true`. */
export const devices = (): Interface<Devices> => ({
  operations: {
    list: { params: {}, idempotent: true, remote: true },
    get: { params: { id: { type: 'string' } }, required: ['id'], idempotent: true, remote: true },
    change: {
      params: { id: { type: 'string' }, state: { type: 'object', additionalProperties: { type: ['boolean', 'number', 'string'] } } },
      required: ['id', 'state'],
      remote: true,
    },
  },
  load: () => {
    const all = new Map<string, Device>();
    const add = (id: string, kind: Device['kind'], state: State): void => void all.set(id, { id, kind, state });
    add('lamp-hall', 'lamp', { on: false });
    add('lamp-desk', 'lamp', { on: false });
    add('thermostat', 'thermostat', { celsius: 19 });
    add('front-door', 'lock', { locked: true });

    const change = (id: string, state: State): Device => {
      const device = all.get(id);
      if (!device) throw new RangeError(`There is no device "${id}".`);
      if (typeof state !== 'object' || state === null || Array.isArray(state)) throw new RangeError('A state is an object such as { "on": true }.');
      const changed = { ...device, state: { ...device.state, ...state } };
      all.set(id, changed);
      return changed;
    };
    return { operations: { list: () => [...all.values()], get: (id) => all.get(id), change } };
  },
});
