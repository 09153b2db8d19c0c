// guests/build [--check] [NAME...]: builds guests; --check builds aside and compares with the committed files.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const guests = dirname(fileURLToPath(import.meta.url));
export const out = join(guests, 'out');

/** A tool is missing: the guest is skipped, and that is no failure. */
export class Skip extends Error {}

// Text written by the WASI standard stays in its npm package; nothing of it is copied here.
function standardWit() {
  const file = join(guests, 'node_modules/@spinframework/wasi-http-proxy/wit/wasi-http@0.2.3.wit');
  const text = readFileSync(file, 'utf8');
  return text.slice(text.indexOf('package wasi:io@'));
}

// A WIT file holds one package with a plain header; further packages must be nested.
function nested(text) {
  return text.replace(/^package ([^;{]+);([^]*)$/m, 'package $1 {$2}\n');
}

/** The text of `file` together with all packages that it may refer to. */
export function withPackages(file) {
  const core = readFileSync(join(guests, '../sdk/wit/mik-core.wit'), 'utf8');
  return [readFileSync(file, 'utf8'), nested(core), standardWit()].join('\n');
}

export async function wasmTools() {
  const { $init, tools } = await import('@bytecodealliance/jco/obj/wasm-tools.js').catch(
    () => import(pathToFileURL(join(guests, 'node_modules/@bytecodealliance/jco/obj/wasm-tools.js')).href));
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

export function compileC(source, flags = []) {
  const clang = firstTool('clang-14', 'clang');
  firstTool('wasm-ld-14', 'wasm-ld');
  mkdirSync(out, { recursive: true });
  const core = join(out, `${basename(source, '.c')}.core.wasm`);
  execFileSync(clang, [
    '--target=wasm32-unknown-unknown', '-std=c11', '-O2', '-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter',
    '-Wno-unused-function', '-mbulk-memory', '-nostdlib', '-Wl,--no-entry', '-Wl,--strip-debug', '-Wl,-z,stack-size=65536',
    ...flags, relative(guests, source), '-o', core,
  ], { cwd: guests, stdio: 'inherit' });
  return readFileSync(core);
}

/** core module + world → component */
export async function encode(binary, witSource) {
  const tools = await wasmTools();
  const embedded = tools.componentEmbed({ binary, witSource, stringEncoding: 'utf8' });
  return tools.componentNew(embedded, []);
}

async function buildC(name) {
  const folder = join(guests, name);
  const world = [join(folder, 'world.wit'), join(guests, 'c/world.wit')].find(existsSync);
  const component = await encode(compileC(join(folder, `${name}.c`)), withPackages(world));
  const sample = `../samples/${name}/modules`;
  return {
    [`${name}/${name}.wasm`]: component,
    ...(existsSync(join(guests, sample)) && { [`${sample}/${name}.wasm`]: component }),
  };
}

// A recipe gives { path below guests/: bytes }. A folder's own build.mjs wins over the convention for C.
async function build(name) {
  const own = join(guests, name, 'build.mjs');
  return existsSync(own) ? (await import(pathToFileURL(own).href)).default() : buildC(name);
}

function allGuests() {
  return readdirSync(guests).filter((name) =>
    existsSync(join(guests, name, `${name}.c`)) || existsSync(join(guests, name, 'build.mjs')));
}

async function main(args) {
  const check = args.includes('--check');
  const named = args.filter((a) => !a.startsWith('-'));
  let failed = 0;
  for (const name of named.length ? named : allGuests()) {
    try {
      for (const [path, bytes] of Object.entries(await build(name))) {
        const file = join(guests, path);
        if (!check) {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, bytes);
        } else if (!path.startsWith('out/') && !(existsSync(file) && readFileSync(file).equals(Buffer.from(bytes)))) {
          throw new Error(`${path} differs from what its source gives; run guests/build ${name}`);
        }
        console.log(`${check ? 'checked' : 'built'}    ${path}  ${bytes.length} bytes`);
      }
    } catch (error) {
      if (error instanceof Skip) {
        console.log(`skipped  ${name}: ${error.message}`);
      } else {
        failed++;
        console.error(`failed   ${name}: ${error.message ?? error}`);
      }
    }
  }
  return failed ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(await main(process.argv.slice(2)));
