import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode, firstTool, guests, out, withPackages } from '../tools.mjs';

// With debug information, which must name files as they are called here, not where they were built.
function compile(source, version) {
  const clang = firstTool('clang-14', 'clang');
  firstTool('wasm-ld-14', 'wasm-ld');
  mkdirSync(out, { recursive: true });
  const core = join(out, `${source}-${version}.core.wasm`);
  execFileSync(clang, [
    '--target=wasm32-unknown-unknown', '-nostdlib', '-Wl,--no-entry', '-std=c11', '-O2', '-fno-optimize-sibling-calls', '-mbulk-memory', '-g', `-gdwarf-${version}`,
    `-ffile-prefix-map=${guests}=/guests`, `-fdebug-compilation-dir=/guests`, '-Wl,-z,stack-size=65536',
    '-Wall', '-Wextra', '-Wno-unused-parameter', '-Wno-unused-function', '-Wno-infinite-recursion', `lines/${source}.c`, '-o', core,
  ], { cwd: guests, stdio: 'inherit' });
  return readFileSync(core);
}

export default async function build() {
  const world = withPackages(join(guests, 'c/world.wit'));
  return {
    'lines/core4.wasm': compile('core', 4),
    'lines/core5.wasm': compile('core', 5),
    'lines/lines.wasm': await encode(compile('lines', 5), world),
  };
}
