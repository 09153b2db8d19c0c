import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import binaryen from 'binaryen';
import { encode, guests, out, withPackages } from '../tools.mjs';

// AssemblyScript cannot spell the names that the canonical ABI wants.
const exportNames = { handle: 'wasi:http/incoming-handler@0.2.3#handle', realloc: 'cabi_realloc' };

function renameExports(bytes) {
  const module = binaryen.readBinary(bytes);
  for (const [from, to] of Object.entries(exportNames)) {
    const { value } = binaryen.getExportInfo(module.getExport(from));
    module.removeExport(from);
    module.addFunctionExport(value, to);
  }
  module.removeExport('fail');
  return module.emitBinary();
}

export default async function build() {
  mkdirSync(out, { recursive: true });
  const core = join(out, 'assemblyscript.core.wasm');
  const { error, stderr } = await asc.main([
    join(guests, 'assemblyscript/assemblyscript.ts'), '-O2', '--runtime', 'incremental', '--outFile', core,
    '--use', 'abort=assemblyscript/assemblyscript/fail', '--baseDir', guests,
  ]);
  if (error) throw new Error(stderr.toString());
  const wit = withPackages(join(guests, 'c/world.wit'));
  return { 'assemblyscript/assemblyscript.wasm': await encode(renameExports(readFileSync(core)), wit) };
}
