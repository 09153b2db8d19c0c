// What the recipes share: compile C, gather WIT, encode components.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
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

// The standard's WIT of 0.3 is in no npm package that these guests have, and stays where it is.
export function standardWitOf03() {
  for (let folder = guests; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'shared/spec/wit-0.3');
    if (existsSync(found)) {
      return ['clocks', 'http', 'random', 'cli', 'filesystem', 'sockets'].map((name) => packageOf(join(found, name))).join('\n');
    }
  }
  throw new Skip('no folder shared/spec/wit-0.3 above');
}

function packageOf(folder) {
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const header = texts.map((text) => text.match(/^package [^;]+;/m)?.[0]).find(Boolean);
  return nested(header + '\n' + texts.map((text) => text.replace(/^package [^;]+;/m, '')).join('\n'));
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
export function witFile(world, text = withPackages(world)) {
  const folder = join(out, 'wit');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${basename(dirname(world))}.wit`);
  writeFileSync(file, text);
  return file;
}

// Its optional packages for other platforms are not all published, which `npm ci` does not forgive: hence no lock file.
const quickJsPackage = 'componentize-qjs@0.4.5';

function installQuickJs() {
  const tool = join(out, 'componentize-qjs');
  const entry = join(tool, 'node_modules/componentize-qjs/index.js');
  if (!existsSync(entry)) {
    mkdirSync(tool, { recursive: true });
    try {
      execFileSync('npm', ['install', '--prefix', tool, '--no-audit', '--no-fund', '--no-package-lock', quickJsPackage], { stdio: 'ignore' });
    } catch {
      throw new Skip(`npm cannot install ${quickJsPackage}`);
    }
  }
  return pathToFileURL(entry).href;
}

/** JavaScript in QuickJS: a megabyte and more, so it is only ever built into out/. */
export async function buildQuickJs(name, witPath, options = {}) {
  const { componentize } = (await import(installQuickJs())).default;
  const { component } = await componentize({ jsSource: readFileSync(join(guests, name, `${name}.js`), 'utf8'), witPath, ...options });
  return { [`out/${name}.wasm`]: component };
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
