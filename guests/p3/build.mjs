import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Skip, compileC, guests, nested } from '../tools.mjs';

const names = ['hello', 'wait', 'echo', 'proxy', 'middleware', 'hostile', 'reuse', 'secrets'];
// Tables that code writes to need reference types.
const more = { secrets: ['-mreference-types', 'secrets/places.s'] };

// The standard's WIT of 0.3 is in no npm package that these guests have, and stays where it is.
function standardWit() {
  for (let folder = guests; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'shared/spec/wit-0.3');
    if (existsSync(found)) {
      return ['clocks', 'http', 'random', 'cli', 'filesystem', 'sockets'].map((name) => packageOf(join(found, name))).join('\n');
    }
  }
  throw new Skip('no folder shared/spec/wit-0.3 above');
}

function packageOf(folder) {
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const header = texts.map((text) => text.match(/^package [^;]+;/m)?.[0]).find(Boolean);
  return nested(header + '\n' + texts.map((text) => text.replace(/^package [^;]+;/m, '')).join('\n'));
}

export default async function build() {
  const { $init, tools } = await import('../node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.js').catch(() => {
    throw new Skip('the package @bytecodealliance/jco-transpile is not installed');
  });
  await $init;
  const witSource = readFileSync(join(guests, 'p3/world.wit'), 'utf8') + standardWit();
  const dummy = tools.componentEmbed({ dummy: true, witSource, world: 'surface' });
  const built = { 'p3/surface.wasm': tools.componentNew(dummy, []) };
  for (const name of names) {
    const world = { middleware: 'middleware', reuse: 'lines' }[name] ?? 'service';
    const embedded = tools.componentEmbed({ binary: compileC(join(guests, 'p3', `${name}.c`), { defines: more[name] }), witSource, world, stringEncoding: 'utf8' });
    built[`p3/${name}.wasm`] = tools.componentNew(embedded, []);
  }
  return built;
}
