// Tables that code writes to need reference types.
import { join } from 'node:path';
import { Skip, compileC, encode, guests, withPackages } from '../tools.mjs';
import { objects } from './objects.mjs';

export default async () => ({
  'secrets/secrets.wasm': await encode(
    compileC(join(guests, 'secrets/secrets.c'), { defines: ['-mreference-types', 'secrets/places.s'] }),
    withPackages(join(guests, 'c/world.wit')),
  ),
  'secrets/objects.wasm': await handler(objects('empty')),
  'secrets/objects-made.wasm': await handler(objects('made')),
});

/** A component of mik:core/handler from text, by tools that know objects. */
async function handler(text) {
  const { $init, tools } = await import('../node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.js').catch(() => {
    throw new Skip('the package @bytecodealliance/jco-transpile is not installed');
  });
  await $init;
  const witSource = withPackages(join(guests, 'core-handler/world.wit'));
  const embedded = tools.componentEmbed({ binary: tools.parse(text), witSource, world: 'guest', stringEncoding: 'utf8' });
  return tools.componentNew(embedded, []);
}
