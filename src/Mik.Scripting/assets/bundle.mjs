// Makes one script of the TypeScript stripper and what it imports.
import { build } from 'esbuild';
import { slimTypeScript } from './typescript.mjs';

await build({
  entryPoints: ['stripper.js'],
  outfile: 'stripper.bundle.js',
  bundle: true,
  format: 'iife',
  minify: true,
  target: 'es2022',
  platform: 'node',
  legalComments: 'none',
  logLevel: 'error',
  plugins: [slimTypeScript],
});
