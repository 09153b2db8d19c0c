// Makes one script of the TypeScript stripper, and one module of the Web API, each with what it imports.
import { build } from 'esbuild';
import { slimTypeScript } from './typescript.mjs';
import { webLayer } from './web.mjs';

const common = { bundle: true, minify: true, platform: 'node', legalComments: 'none', logLevel: 'error' };

await build({ ...common, entryPoints: ['stripper.js'], outfile: 'stripper.bundle.js', format: 'iife', target: 'es2022', plugins: [slimTypeScript] });

// Names stay: they are seen in messages and stacks.
await build({
  ...common, entryPoints: ['web/index.js'], outfile: 'web.bundle.js', format: 'esm', target: 'es2024', platform: 'neutral', mainFields: ['module', 'main'], keepNames: false,
  minifyIdentifiers: false, minify: false, minifySyntax: true, minifyWhitespace: true, plugins: [webLayer],
});
