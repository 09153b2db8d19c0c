import { join } from 'node:path';
import { buildQuickJs, guests, witFile, withPackages } from '../tools.mjs';

const world = join(guests, 'js-handler/world.wit');

// The tool runs the module while it builds it, and has stand-ins for some packages of this world but not for all: so none of them has its name then.
export default async function build() {
  const [[path, component]] = Object.entries(await buildQuickJs('qjs-http', witFile(world, withPackages(world).replaceAll('wasi:', 'wasx:')), { sync: true }));
  const bytes = Buffer.from(component);
  for (let at = bytes.indexOf('wasx:'); at >= 0; at = bytes.indexOf('wasx:', at)) bytes.write('wasi:', at);
  return { [path]: bytes };
}
