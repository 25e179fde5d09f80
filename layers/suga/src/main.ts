import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { layerFiles } from './bundle.ts';
import { layerFolder, layerZip } from './index.ts';
import { zip } from './zip.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Builds the layer from the packages in its manifest. Writes it to `dist`, or to the folder in the argument. */
async function main(folder = layerFolder): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const folders = Object.keys(dependencies)
    .sort()
    .map((name) => join(root, 'packages', name.replace('@suga/', '')));
  const files = await layerFiles(folders, readFileSync(join(root, 'LICENSE')));
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of files) write(join(folder, path), content);
  const archive = zip(files);
  write(join(folder, basename(layerZip)), archive);
  console.log(`layer: ${files.size} files, ${(archive.length / 1024).toFixed(1)} KB zipped`);
}

function write(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

await main(process.argv[2]);
