/** The devices in the response of every compared handler. */
export const home = {
  home: 'Lime Street 4',
  devices: [
    { id: 'lamp-hall', kind: 'lamp', state: { on: false } },
    { id: 'lamp-desk', kind: 'lamp', state: { on: false } },
    { id: 'thermostat', kind: 'thermostat', state: { celsius: 19 } },
  ],
};

/** The parts of an HTTP API event that the handlers read. */
export interface HttpApiEvent {
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: { readonly http: { readonly method: string } };
}
