import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Skip, compileC, encode, guests, previewOneAdapter, withPackages } from '../tools.mjs';

export default async function build() {
  if (!existsSync('/usr/include/wasm32-wasi')) throw new Skip('wasi-libc and libclang-rt-14-dev-wasm32 are not installed');
  const core = compileC(join(guests, 'libc/libc.c'), {
    target: ['--target=wasm32-wasi', '-mexec-model=reactor', '-ftls-model=local-exec'],
  });
  const wit = withPackages(join(guests, 'c/world.wit'));
  return { 'libc/libc.wasm': await encode(core, wit, [previewOneAdapter()]) };
}
