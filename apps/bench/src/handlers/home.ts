/** The devices that every handler of the comparison answers with. */
export const home = {
  home: 'Lime Street 4',
  devices: [
    { id: 'lamp-hall', kind: 'lamp', state: { on: false } },
    { id: 'lamp-desk', kind: 'lamp', state: { on: false } },
    { id: 'thermostat', kind: 'thermostat', state: { celsius: 19 } },
  ],
};

/** As much of an HTTP API event as the handlers look at. */
export interface HttpApiEvent {
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: { readonly http: { readonly method: string } };
}
