// Plugins of esbuild for the Web API: packages that expect globals get the layer's own, and large tables are read when they are needed.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** A plugin of esbuild. */
export const webLayer = {
  name: 'web-layer',
  setup(build) {
    build.onResolve({ filter: /^tr46$/ }, () => ({ path: resolve('web/idna.js') }));
    build.onLoad({ filter: /[\\/]whatwg-url[\\/]lib[\\/]encoding\.js$/ }, ({ path }) => ({
      contents: `import { encode, decodeWhole } from ${JSON.stringify(resolve('web/encoding.js'))};\nexport const utf8Encode = encode;\nexport const utf8DecodeWithoutBOM = decodeWhole;\n`,
      loader: 'js',
      resolveDir: resolve(path, '..'),
    }));
    build.onLoad({ filter: /[\\/]mappingTable\.json$/ }, async ({ path }) => ({
      contents: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(await readFile(path, 'utf8'))))});`,
      loader: 'js',
    }));
    build.onLoad({ filter: /[\\/]tr46[\\/]lib[\\/]regexes\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/= \/(.*)\/u;$/gm, (_, source) => `= new RegExp(${JSON.stringify(source)}, 'u');`),
      loader: 'js',
    }));
  },
};
