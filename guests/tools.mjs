// What the recipes share: compile C, gather WIT, encode components.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $init, tools } from './node_modules/@bytecodealliance/jco/obj/wasm-tools.js';

export const guests = dirname(fileURLToPath(import.meta.url));
export const out = join(guests, 'out');

/** A tool is missing: the guest is skipped, and that is no failure. */
export class Skip extends Error {}

// Text written by the WASI standard stays in its npm package; nothing of it is copied here.
export function standardWit() {
  const file = join(guests, 'node_modules/@spinframework/wasi-http-proxy/wit/wasi-http@0.2.3.wit');
  const text = readFileSync(file, 'utf8');
  return text.slice(text.indexOf('package wasi:io@'));
}

// A WIT file holds one package with a plain header; further packages must be nested.
export function nested(text) {
  return text.replace(/^package ([^;{]+);([^]*)$/m, 'package $1 {$2}\n');
}

/** The text of `file` together with all packages that it may refer to. */
export function withPackages(file) {
  const core = readFileSync(join(guests, '../sdk/wit/mik-core.wit'), 'utf8');
  return [readFileSync(file, 'utf8'), nested(core), standardWit()].join('\n');
}

export async function wasmTools() {
  await $init;
  return tools;
}

export function firstTool(...names) {
  const found = names.find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Skip(`none of ${names.join(', ')} is installed`);
  return found;
}

const freestanding = ['--target=wasm32-unknown-unknown', '-nostdlib', '-Wl,--no-entry'];

export function compileC(source, { target = freestanding, defines = [] } = {}) {
  const clang = firstTool('clang-14', 'clang');
  firstTool('wasm-ld-14', 'wasm-ld');
  mkdirSync(out, { recursive: true });
  const core = join(out, `${basename(source, '.c')}.core.wasm`);
  execFileSync(clang, [
    ...target, ...defines, '-std=c11', '-O2', '-mbulk-memory', '-Wl,--strip-debug', '-Wl,-z,stack-size=65536',
    '-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter', '-Wno-unused-function', relative(guests, source), '-o', core,
  ], { cwd: guests, stdio: 'inherit' });
  return readFileSync(core);
}

/** core module + world → component */
export async function encode(binary, witSource, adapters = []) {
  const tools = await wasmTools();
  const embedded = tools.componentEmbed({ binary, witSource, stringEncoding: 'utf8' });
  return tools.componentNew(embedded, adapters);
}

/** Turns the imports of a libc for WASI preview 1 into those of 0.2. */
export function previewOneAdapter() {
  const file = join(guests, 'node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.reactor.wasm');
  return ['wasi_snapshot_preview1', readFileSync(file)];
}


/** The same as a file, for tools that take no text. */
export function witFile(world) {
  const folder = join(out, 'wit');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${basename(dirname(world))}.wit`);
  writeFileSync(file, withPackages(world));
  return file;
}

/** JavaScript in StarlingMonkey: large and not reproducible, so it is only ever built into out/. */
export async function buildStarlingMonkey(name, disableFeatures) {
  if (!existsSync(join(guests, 'node_modules/@bytecodealliance/componentize-js'))) throw new Skip('componentize-js is not installed');
  const { componentize } = await import('@bytecodealliance/componentize-js');
  const { component } = await componentize({
    sourcePath: join(guests, name, `${name}.js`),
    witPath: witFile(join(guests, name, 'world.wit')),
    disableFeatures,
  });
  return { [`out/${name}.wasm`]: component };
}
