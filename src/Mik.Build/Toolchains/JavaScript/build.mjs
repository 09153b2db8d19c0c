// Written by mik: a handler of JavaScript or TypeScript, what it imports, the Web API and the engine → one component.
// node build.mjs ENTRY OUTPUT [--release] [--no-check] [--dev [--keep]]
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { SourceMap, createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const project = process.cwd();
const require = createRequire(join(project, 'package.json'));
const [entry, output] = process.argv.slice(2);
const isRelease = process.argv.includes('--release');
const stays = process.argv.includes('--keep');
const userFile = 'componentize-qjs:user.js';

function need(name) {
  try {
    return require(name);
  } catch (error) {
    console.error(`error: the package ${name} is not there: ${error.message.split('\n')[0]}\n  try: npm install --save-dev ${name}`);
    process.exit(1);
  }
}

/** tsc beside the build. Gives whether the types are right. */
function check() {
  if (process.argv.includes('--no-check') || !existsSync(join(project, 'tsconfig.json'))) {
    return true;
  }

  let compiler;
  try {
    compiler = require.resolve('typescript/bin/tsc');
  } catch {
    console.error('warning: types are not checked: the package typescript is not there\n  try: npm install --save-dev typescript');
    return true;
  }

  const tool = spawn(process.execPath, [compiler, '--noEmit', '--pretty', String(process.stdout.isTTY === true)], { cwd: project, stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((done) => {
    tool.on('exit', (code) => done(code === 0));
  });
}

const file = (name) => JSON.stringify(`./${relative(project, join(here, name)).replaceAll('\\', '/')}`);

const bundlers = new Map();

/** Ends with a code; a bundler that stays must be told. */
async function leave(code) {
  await Promise.all([...bundlers.values()].map((bundler) => bundler.dispose()));
  process.exit(code);
}

/** What esbuild says, with advice that holds here. */
async function show(messages, kind) {
  for (const message of messages) {
    const [, name] = /^Could not resolve "([^"]+)"$/.exec(message.text) ?? [];
    const isNodes = name !== undefined && (name.startsWith('node:') || isBuiltin(name));
    message.notes = isNodes ? [{ text: `modules of Node.js are not there in a component; the Web API is: docs/building.md lists it` }]
      : name !== undefined && /^[@a-z]/i.test(name) ? [{ text: `npm install ${name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/')}` }] : message.notes;
  }

  process.stderr.write((await need('esbuild').formatMessages(messages, { kind, color: process.stderr.isTTY === true })).join(''));
}

async function bundle(contents, options) {
  try {
    const esbuild = need('esbuild');
    const settings = {
      stdin: { contents, resolveDir: project, sourcefile: '.mik/entry.js' },
      absWorkingDir: project, outfile: 'out.js', write: false, bundle: true, format: 'esm', target: 'es2024', platform: 'neutral', mainFields: ['module', 'main'], conditions: ['worker', 'import'],
      external: ['wasi:*', 'wasx:*'], sourcemap: 'external', sourcesContent: !isRelease, minifySyntax: isRelease, minifyWhitespace: isRelease, logLevel: 'silent', ...options,
    };
    if (stays && !bundlers.has(contents)) {
      bundlers.set(contents, await esbuild.context(settings));
    }

    const { outputFiles: [map, code], warnings } = await (bundlers.get(contents)?.rebuild() ?? esbuild.build(settings));
    await show(warnings, 'warning');
    return { code: code.text, map: JSON.parse(map.text) };
  } catch (error) {
    if (error.errors === undefined) {
      throw error;
    }

    await show(error.errors, 'error');
    await leave(1);
  }
}

/** What errors are explained with. */
const tableOf = (map, files) => JSON.stringify(JSON.stringify({
  files, sources: map.sources, mappings: map.mappings, sourcesContent: isRelease ? undefined : map.sourcesContent.map((text, at) => (map.sources[at].startsWith('.mik/') ? null : text)),
}));

/** What the engine says of an error at the top level, with places as they were written. */
function explained(message, map) {
  const places = new SourceMap(map);
  const failure = message.slice(Math.max(message.lastIndexOf('module: '), -'module: '.length) + 'module: '.length)
    .replace(/^Failed to finish JavaScript module evaluation: /, '').trimEnd();
  const located = failure.replace(/\(?\b(?:componentize-qjs:user\.js):(\d+):(\d+)\)?/g, (_, line, column) => {
    const origin = places.findOrigin(Number(line), Number(column));
    return origin.fileName === undefined ? '(the runtime)' : `(${origin.fileName}:${origin.lineNumber}:${origin.columnNumber})`;
  });
  return located.split('\n').filter((line) => !/^\s+at .*\((?:\.mik\/|the runtime)/.test(line)).join('\n');
}

/** component.wit says why some packages have another name until here. */
function renamed(component) {
  for (let at = component.indexOf('wasx:'); at >= 0; at = component.indexOf('wasx:', at + 1)) {
    component.write('wasi:', at);
  }

  return component;
}

async function componentize(jsSource) {
  const { component } = await need('componentize-qjs').componentize({ jsSource, witPath: join(here, 'component.wit') });
  return renamed(component);
}

function write(path, bytes) {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
}

/** The whole thing: the module is evaluated now. */
async function build() {
  const checked = check();
  const { code, map } = await bundle(
    `import ${file('host.js')};\nimport * as module from ${JSON.stringify(`./${entry}`)};\nimport { handlerOf, serve } from ${file('component.js')};\nconst found = handlerOf(module, ${JSON.stringify(entry)});\nexport const handler = serve(() => found);\n`);
  let component;
  try {
    component = await componentize(`${code}\nglobalThis.mikSourceMap = JSON.parse(${tableOf(map, [userFile])});\n`);
  } catch (error) {
    console.error(`error: ${entry} cannot be evaluated\n${explained(String(error.message), map)}`);
    await leave(1);
  }

  if (!await checked) {
    await leave(1);
  }

  write(output, component);
}

const mark = 'mik:slot:';
const slotBytes = 256 << 10;
const longestDeveloped = 192 << 10;

/** The engine with a slot, made when what it is made of has changed. */
let kept;
const engine = async () => kept ??= await findEngine();

async function findEngine() {
  const hash = createHash('sha256').update(String(slotBytes));
  readdirSync(here).filter((name) => /\.(js|wit|mjs)$/.test(name)).sort().forEach((name) => hash.update(readFileSync(join(here, name))));
  hash.update(readFileSync(require.resolve('componentize-qjs/package.json')));
  const path = join(here, `engine-${hash.digest('hex').slice(0, 16)}.wasm`);
  if (!existsSync(path)) {
    const { code } = await bundle(`import ${file('host.js')};\nimport { load, serve } from ${file('slot.js')};\nexport const handler = serve(load);\n`, { define: { __SLOT_BYTES__: String(slotBytes) } });
    write(path, await componentize(code));
  }

  return readFileSync(path);
}

/** The handler in the kept engine: quick to make, and evaluated by each instance. */
async function develop() {
  const { code, map } = await bundle(`export * from ${JSON.stringify(`./${entry}`)};\nexport { default } from ${JSON.stringify(`./${entry}`)};\n`, { format: 'iife', globalName: 'mikModule', banner: { js: `// ${entry}` } });
  const text = Buffer.from(`${code}\nglobalThis.mikSourceMap = JSON.parse(${tableOf(map, ['<input>', '<eval>', '<evalScript>'])});\n`);
  if (text.length > longestDeveloped) {
    return build();
  }

  const component = await engine();
  const at = component.indexOf(mark);
  if (at < 0 || component.indexOf(mark, at + 1) >= 0) {
    return build();
  }

  component.write(String(text.length).padStart(8, '0'), at + mark.length);
  text.copy(component, at + mark.length + 8);
  return write(output, component);
}

await (process.argv.includes('--dev') ? develop() : build());
if (stays) {
  // A line asks for a build, and a line says that it was made. One that fails ends the process, as it would without.
  console.log('built');
  for await (const _ of createInterface({ input: process.stdin })) {
    await develop();
    console.log('built');
  }
}

await leave(0);
