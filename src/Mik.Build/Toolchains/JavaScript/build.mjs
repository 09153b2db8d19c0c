// Written by mik: a handler of JavaScript or TypeScript, what it imports, the Web API and the engine → one component.
// node build.mjs ENTRY OUTPUT [--release] [--no-check]
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { SourceMap, createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const project = process.cwd();
const require = createRequire(join(project, 'package.json'));
const [entry, output] = process.argv.slice(2);
const isRelease = process.argv.includes('--release');
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

async function bundle() {
  const esbuild = need('esbuild');
  const file = (name) => JSON.stringify(`./${relative(project, join(here, name)).replaceAll('\\', '/')}`);
  const main = JSON.stringify(`./${entry}`);
  try {
    const { outputFiles: [map, code] } = await esbuild.build({
      stdin: {
        contents: `import ${file('host.js')};\nimport * as module from ${main};\nimport { handlerOf, serve } from ${file('component.js')};\nconst found = handlerOf(module, ${JSON.stringify(entry)});\nexport const handler = serve(() => found);\n`,
        resolveDir: project, sourcefile: '.mik/entry.js',
      },
      absWorkingDir: project, outfile: 'out.js', write: false, bundle: true, format: 'esm', target: 'es2024', platform: 'neutral', mainFields: ['module', 'main'], conditions: ['worker', 'import'],
      external: ['wasi:*', 'wasx:*'], sourcemap: 'external', sourcesContent: !isRelease, minifySyntax: isRelease, minifyWhitespace: isRelease, keepNames: false, logLevel: 'warning',
    });
    const parsed = JSON.parse(map.text);
    return { code: code.text, map: parsed };
  } catch (error) {
    if (error.errors === undefined) {
      throw error;
    }

    process.exit(1);
  }
}

/** What the engine says of an error at the top level, with places as they were written. */
function explained(message, map) {
  const places = new SourceMap(map);
  const failure = message.slice(Math.max(message.lastIndexOf('module: '), -'module: '.length) + 'module: '.length).trimEnd();
  return failure.replace(/\(?\b(?:componentize-qjs:user\.js):(\d+):(\d+)\)?/g, (_, line, column) => {
    const origin = places.findOrigin(Number(line), Number(column));
    return origin.fileName === undefined ? '(the runtime)' : `(${origin.fileName}:${origin.lineNumber}:${origin.columnNumber})`;
  });
}

/** component.wit says why some packages have another name until here. */
function renamed(component) {
  for (let at = component.indexOf('wasx:'); at >= 0; at = component.indexOf('wasx:', at + 1)) {
    component.write('wasi:', at);
  }

  return component;
}

const checked = check();
const { code, map } = await bundle();
const table = { files: [userFile], sources: map.sources, mappings: map.mappings, sourcesContent: isRelease ? undefined : map.sourcesContent.map((text, at) => (map.sources[at].startsWith('.mik/') ? null : text)) };
try {
  const { component } = await need('componentize-qjs').componentize({
    jsSource: `${code}\nglobalThis.mikSourceMap = JSON.parse(${JSON.stringify(JSON.stringify(table))});\n`,
    witPath: join(here, 'component.wit'),
  });
  if (!await checked) {
    process.exit(1);
  }

  mkdirSync(dirname(resolve(output)), { recursive: true });
  writeFileSync(output, renamed(component));
} catch (error) {
  console.error(`error: ${entry} cannot be evaluated\n${explained(String(error.message), map)}`);
  process.exit(1);
}
