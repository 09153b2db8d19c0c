// Components that a runtime must refuse, each with one fault.
import { wasmTools } from '../tools.mjs';

const quiet = '(module (func (export "handle") (param i32 i32)))';

/** A component that exports incoming-handler: `imports` is added before it, `module` is its core module. */
const handler = ({ imports = '', module = quiet, version = '0.2.3' }) => `
(component
  ${imports}
  (import "wasi:http/types@${version}" (instance $types
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $types "incoming-request" (type $request))
  (alias export $types "response-outparam" (type $outparam))
  (core module $main ${module.replace(/^\(module/, '')}
  (core instance $instance (instantiate $main))
  (func $handle (param "request" (own $request)) (param "response-out" (own $outparam))
    (canon lift (core func $instance "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@${version}" (instance $handler)))`;

const sources = {
  'core-module': quiet,
  'no-handler': `
(component
  (core module $main (func (export "run") (result i32) i32.const 0))
  (core instance $instance (instantiate $main))
  (func $run (result (result)) (canon lift (core func $instance "run")))
  (instance $exports (export "run" (func $run)))
  (export "wasi:cli/run@0.2.3" (instance $exports)))`,
  'unknown-import': handler({ imports: '(import "acme:foo/bar" (instance (export "frobnicate" (func))))' }),
  'unknown-function': handler({
    imports: '(import "wasi:random/random@0.2.3" (instance (export "get-random-u128" (func (result u64)))))',
  }),
  'wrong-type': handler({
    imports: '(import "wasi:random/random@0.2.3" (instance (export "get-random-u64" (func (result string)))))',
  }),
  'wrong-version': handler({ version: '0.3.0' }),
  'invalid-code': handler({
    module: '(module (func (export "handle") (param i32 i32) local.get 0 i64.eqz drop))',
  }),
  'missing-export': handler({ module: '(module (func (export "other") (param i32 i32)))' }),
  'start-trap': handler({
    module: '(module (func $start unreachable) (start $start) (func (export "handle") (param i32 i32)))',
  }),
  'start-loop': handler({
    module: '(module (func $start (loop (br 0))) (start $start) (func (export "handle") (param i32 i32)))',
  }),
  'huge-memory': handler({ module: '(module (memory 65536) (func (export "handle") (param i32 i32)))' }),
  'huge-table': handler({ module: '(module (table 4294967295 funcref) (func (export "handle") (param i32 i32)))' }),
};

export default async function build() {
  const tools = await wasmTools();
  return Object.fromEntries(Object.entries(sources).map(([name, wat]) => [`bad/${name}.wasm`, tools.parse(wat)]));
}
