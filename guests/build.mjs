// guests/build [--check] [NAME...]: builds guests; --check builds aside and compares with the committed files.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Skip, compileC, encode, guests, withPackages } from './tools.mjs';

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

process.exit(await main(process.argv.slice(2)));
