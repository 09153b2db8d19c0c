// handler.ts with what it imports, and the JavaScript engine, in one component.
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import qjs from 'componentize-qjs';

const { outputFiles: [bundle] } = await build({ entryPoints: ['handler.ts'], bundle: true, format: 'esm', target: 'es2023', write: false });
const { component } = await qjs.componentize({
  jsSource: bundle.text,
  witPath: 'wit',
  worldName: 'app',
  sync: true,
});
mkdirSync('dist', { recursive: true });
writeFileSync('dist/{{name}}.wasm', component);
