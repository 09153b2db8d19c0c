// Small components that import and export each other's interfaces, for tests of composition.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode, guests, wasmTools } from '../tools.mjs';

const interfaces = `
package test:parts@1.0.0 {
  interface base { next: func() -> u32; }
  interface one { get: func() -> u32; }
  interface two { get: func() -> u32; }
  interface store { resource counter { constructor(start: u32); value: func() -> u32; } }
  interface user { use store.{counter}; make: func() -> counter; }
  interface left { get: func() -> u32; }
  interface right { get: func() -> u32; }
}
package test:versions@1.0.0 { interface item { get: func() -> u32; } }
package test:versionz@1.0.6 { interface item { get: func() -> u32; } }
`;

const part = (name) => `test:parts/${name}@1.0.0`;
const item = (version) => `test:${version === '1.0.6' ? 'versionz' : 'versions'}/item@${version}`;
const memory = '(memory (export "memory") 1) (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192))';

// A component that exports an interface with one function, and may import another one.
const giver = (exported, field, body, imported) => ({
  world: `${imported ? `import ${imported.from};` : ''} export ${exported};`,
  wat: `(module ${imported ? `(import "${imported.from}" "${imported.field}" (func $f (result i32)))` : ''} ${memory}
    (global $n (mut i32) (i32.const 0)) (func (export "${exported}#${field}") (result i32) ${body}))`,
});

// A handler whose answer is one digit for each of its numbers.
const handler = (worldImports, coreImports, numbers) => ({
  world: `${worldImports.map((name) => `import ${name};`).join(' ')} export mik:core/handler@0.1.0;`,
  wat: `(module ${coreImports} ${memory}
    (func (export "mik:core/handler@0.1.0#handle") (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
      ${numbers.map((number, index) => `(i32.store8 offset=${1024 + index} (i32.const 0) (i32.add (i32.const 48) ${number}))`).join('\n')}
      (i32.store16 (i32.const 512) (i32.const 200)) (i32.store (i32.const 516) (i32.const 0)) (i32.store (i32.const 520) (i32.const 0))
      (i32.store8 (i32.const 524) (i32.const 1)) (i32.store (i32.const 528) (i32.const 1024)) (i32.store (i32.const 532) (i32.const ${numbers.length}))
      (i32.const 512)))`,
});

const get = (from, name) => `(import "${from}" "get" (func ${name} (result i32)))`;

const parts = {
  // Counts up: who shares it with another sees that one's calls.
  base: giver(part('base'), 'next', '(global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)'),
  one: giver(part('one'), 'get', '(call $f)', { from: part('base'), field: 'next' }),
  two: giver(part('two'), 'get', '(call $f)', { from: part('base'), field: 'next' }),
  main: handler([part('one'), part('two')], get(part('one'), '$one') + get(part('two'), '$two'), ['(call $one)', '(call $two)']),

  store: {
    world: `export ${part('store')};`,
    wat: `(module (import "[export]${part('store')}" "[resource-new]counter" (func $new (param i32) (result i32))) ${memory}
      (func (export "${part('store')}#[constructor]counter") (param i32) (result i32) (call $new (local.get 0)))
      (func (export "${part('store')}#[method]counter.value") (param i32) (result i32) (local.get 0)))`,
  },
  user: {
    world: `export ${part('user')};`,
    wat: `(module (import "${part('store')}" "[constructor]counter" (func $make (param i32) (result i32))) ${memory}
      (func (export "${part('user')}#make") (result i32) (call $make (i32.const 7))))`,
  },
  holder: handler(
    [part('store'), part('user')],
    `(import "${part('store')}" "[method]counter.value" (func $value (param i32) (result i32))) (import "${part('user')}" "make" (func $make (result i32)))`,
    ['(call $value (call $make))']),

  left: giver(part('left'), 'get', '(call $f)', { from: part('right'), field: 'get' }),
  right: giver(part('right'), 'get', '(call $f)', { from: part('left'), field: 'get' }),
  circle: handler([part('left')], get(part('left'), '$left'), ['(call $left)']),

  'item-100': giver(item('1.0.0'), 'get', '(i32.const 1)'),
  'item-106': giver(item('1.0.6'), 'get', '(i32.const 6)'),
  pair: handler([item('1.0.0'), item('1.0.6')], get(item('1.0.0'), '$first') + get(item('1.0.6'), '$second'), ['(call $first)', '(call $second)']),
};

function replaced(bytes, from, to) {
  const all = Buffer.from(bytes);
  for (let at = all.indexOf(from); at >= 0; at = all.indexOf(from, at)) all.write(to, at);
  return all;
}

export default async function build() {
  const tools = await wasmTools();
  const core = readFileSync(join(guests, '../sdk/wit/mik-core.wit'), 'utf8').replace(/^package ([^;{]+);([^]*)$/m, 'package $1 {$2}\n');
  const built = {};
  for (const [name, { world, wat }] of Object.entries(parts)) {
    const source = `package test:${name.replace(/[^a-z]/g, '')}world;\nworld w { ${world} }\n${interfaces}\n${core}`;
    // Encoders make one import of two versions of a track; here both are to stay. The names are of one length.
    built[`parts/${name}.wasm`] = replaced(await encode(tools.parse(wat), source), 'versionz', 'versions');
  }
  return built;
}
