import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Skip, encode, firstTool, guests, out, previewOneAdapter, withPackages } from '../tools.mjs';

// Debian's rustc 1.63 with libstd-rust-dev-wasm32: other versions give other bytes than the committed ones.
export default async function build() {
  const rustc = '/usr/bin/rustc';
  if (!existsSync(rustc) || !existsSync('/usr/lib/rustlib/wasm32-wasi')) throw new Skip("Debian's rustc and libstd-rust-dev-wasm32 are not installed");
  mkdirSync(out, { recursive: true });
  const core = join(out, 'rust.core.wasm');
  execFileSync(rustc, [
    '--target=wasm32-wasi', '--edition=2021', '--crate-type=cdylib', '-Dwarnings', '-Copt-level=s', '-Cpanic=abort', '-Clto',
    '-Ccodegen-units=1', '-Cstrip=debuginfo', `-Clinker=${firstTool('wasm-ld-14', 'wasm-ld')}`,
    '-Clink-arg=--export=_initialize', 'rust/rust.rs', '-o', core,
  ], { cwd: guests, stdio: 'inherit' });
  const wit = withPackages(join(guests, 'c/world.wit'));
  return { 'rust/rust.wasm': await encode(readFileSync(core), wit, [previewOneAdapter()]) };
}
