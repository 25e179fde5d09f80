import { library } from '@suga/tsup';

// The gateway is the one of whoever runs the checks.
export default { ...library('index'), noExternal: [/^(?!@suga\/gateway$)/] };
