import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Skip, compileC, guests, standardWitOf03 } from '../tools.mjs';

const names = ['hello', 'wait', 'echo', 'proxy', 'middleware', 'hostile', 'reuse', 'secrets', 'ways', 'sync'];
// Tables that code writes to need reference types.
const more = { secrets: ['-mreference-types', 'secrets/places.s'] };

export default async function build() {
  const { $init, tools } = await import('../node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.js').catch(() => {
    throw new Skip('the package @bytecodealliance/jco-transpile is not installed');
  });
  await $init;
  const witSource = readFileSync(join(guests, 'p3/world.wit'), 'utf8') + standardWitOf03();
  const dummy = tools.componentEmbed({ dummy: true, witSource, world: 'surface' });
  const built = { 'p3/surface.wasm': tools.componentNew(dummy, []) };
  for (const name of names) {
    const world = { middleware: 'middleware', reuse: 'lines', ways: 'lines' }[name] ?? 'service';
    const embedded = tools.componentEmbed({ binary: compileC(join(guests, 'p3', `${name}.c`), { defines: more[name] }), witSource, world, stringEncoding: 'utf8' });
    built[`p3/${name}.wasm`] = tools.componentNew(embedded, []);
  }
  return built;
}
