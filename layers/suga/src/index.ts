import { join } from 'node:path';

const dist = join(import.meta.dirname, '..', 'dist');

/** The layer's folder, as Lambda would unpack it to `/opt`. There after a build. */
export const layerFolder: string = dist;

/** The layer as a file to publish. There after a build. */
export const layerZip: string = join(dist, 'suga-layer.zip');
