import { type Control, control, createGateway, type Middleware } from '@suga/gateway';
import { type Ofb, type OfbOptions, ofb } from '@suga/ofb';
import { type Kv, type KvOptions, kv, type Trip } from './fixtures/kv.js';

export interface TestGateway {
  readonly kv: Kv;
  readonly fusing: Ofb;
  readonly control: Control;
  readonly trips: Trip[];
  readonly values: Map<string, unknown>;
  /** Runs an invocation. */
  run<T>(work: () => T | Promise<T>, details?: { id?: string; source?: string; deadline?: number }): Promise<T>;
}

export interface TestGatewayOptions extends KvOptions {
  readonly ofb?: OfbOptions;
  /** Middleware inside of ofb, and outside of it. */
  readonly inside?: readonly Middleware[];
  readonly outside?: readonly Middleware[];
}

/** Creates a gateway with the key-value interface, whose calls are fused. */
export function createTestGateway({ ofb: options = {}, inside = [], outside = [], ...rest }: TestGatewayOptions = {}): TestGateway {
  const trips: Trip[] = [];
  const values = rest.values ?? new Map<string, unknown>();
  const fusing = ofb(options);
  const onTrip = (trip: Trip): void => {
    trips.push(trip);
    rest.onTrip?.(trip);
  };
  const gateway = createGateway({ kv: kv({ ...rest, values, onTrip }) }, { middleware: [...inside, fusing, ...outside] });
  let count = 0;
  return {
    kv: gateway.kv,
    fusing,
    control: control(gateway),
    trips,
    values,
    run: (work, details = {}) => control(gateway).run({ id: `${++count}`, ...details }, work),
  };
}

/** A promise, and how to settle it. */
export const deferred = (): PromiseWithResolvers<void> => Promise.withResolvers<void>();
