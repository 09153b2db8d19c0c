// The ways in C, and those that C cannot say: tables that grow, resources of the guest's own, and components inside.
import { join } from 'node:path';
import { compileC, encode, guests, wasmTools, withPackages } from '../tools.mjs';
import { cancels, circle, ends, stacks } from './components.mjs';

/** A component whose handler runs `body`; `types` and `imports` are what its core module needs. */
const handler = ({ definitions = '', argument = '', module }) => `
(component
  (import "wasi:http/types@0.2.3" (instance $types
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $types "incoming-request" (type $request))
  (alias export $types "response-outparam" (type $outparam))
  ${definitions}
  (core module $main ${module})
  (core instance $instance (instantiate $main ${argument}))
  (func $handle (param "request" (own $request)) (param "response-out" (own $outparam))
    (canon lift (core func $instance "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@0.2.3" (instance $handler)))`;

const tables = handler({
  module: `
    (table 0 funcref)
    (func (export "handle") (param i32 i32)
      (loop $again
        (br_if $again (i32.ne (table.grow (ref.null func) (i32.const 100000)) (i32.const -1))))
      unreachable)`,
});

const resources = handler({
  definitions: `
  (type $own (resource (rep i32)))
  (core func $new (canon resource.new $own))`,
  argument: '(with "host" (instance (export "new" (func $new))))',
  module: `
    (import "host" "new" (func $new (param i32) (result i32)))
    (func (export "handle") (param i32 i32)
      (loop $again (drop (call $new (i32.const 1))) (br $again)))`,
});

export default async function build() {
  const tools = await wasmTools();
  return {
    'hostile/hostile.wasm': await encode(compileC(join(guests, 'hostile/hostile.c')), withPackages(join(guests, 'c/world.wit'))),
    'hostile/tables.wasm': tools.parse(tables),
    'hostile/resources.wasm': tools.parse(resources),
    'hostile/cancels.wasm': tools.parse(handler(cancels)),
    'hostile/ends.wasm': tools.parse(ends),
    'hostile/circle.wasm': tools.parse(circle),
    'hostile/stacks.wasm': tools.parse(handler(stacks)),
  };
}
