// handler.js and the JavaScript engine in one component.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import qjs from 'componentize-qjs';

const { component } = await qjs.componentize({
  jsSource: readFileSync('handler.js', 'utf8'),
  witPath: 'wit',
  worldName: 'app',
  sync: true,
});
mkdirSync('dist', { recursive: true });
writeFileSync('dist/{{name}}.wasm', component);
