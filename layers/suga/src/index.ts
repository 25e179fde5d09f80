import { join } from 'node:path';

const dist = join(import.meta.dirname, '..', 'dist');

/** Path of the layer's folder, as Lambda unpacks it to `/opt`. It exists after a build. */
export const layerFolder: string = dist;

/** Path of the zip file to publish. It exists after a build. */
export const layerZip: string = join(dist, 'suga-layer.zip');
