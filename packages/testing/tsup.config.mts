import { library } from '@suga/tsup';

// The gateway is not bundled: the checks use the one that their user has installed.
export default { ...library('index'), noExternal: [/^(?!@suga\/gateway$)/] };
