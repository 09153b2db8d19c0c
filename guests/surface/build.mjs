import { join } from 'node:path';
import { guests, wasmTools, withPackages } from '../tools.mjs';

// A dummy module imports every function of its world and traps in every export.
export default async function build() {
  const tools = await wasmTools();
  const witSource = withPackages(join(guests, 'surface/world.wit'));
  const dummy = tools.componentEmbed({ dummy: true, witSource });
  return { 'surface/surface.wasm': tools.componentNew(dummy, []) };
}
