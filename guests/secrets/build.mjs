// Tables that code writes to need reference types.
import { join } from 'node:path';
import { compileC, encode, guests, withPackages } from '../tools.mjs';

export default async () => ({
  'secrets/secrets.wasm': await encode(
    compileC(join(guests, 'secrets/secrets.c'), { defines: ['-mreference-types', 'secrets/places.s'] }),
    withPackages(join(guests, 'c/world.wit')),
  ),
});
