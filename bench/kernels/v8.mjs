// Measures one kernel, or one script in QuickJS, on V8, as Program.cs does:  node v8.mjs MODULE WARM_MS SLICE_MS SLICES [SCRIPT]
import { readFileSync } from 'node:fs';

const [file, warm, slice, count, script] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
let check, run;

if (script) {
  let memory;
  const special = {
    clock_time_get: (_, __, at) => (new DataView(memory.buffer).setBigInt64(at, 1_000_000_000n, true), 0),
    random_get: (at, length) => (new Uint8Array(memory.buffer, at, length).fill(7), 0),
  };
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = special[name] ?? (() => 0);
  const { exports } = new WebAssembly.Instance(module, imports);
  memory = exports.memory;
  const write = (text) => {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const address = exports.wasm_malloc(bytes.length);
    new Uint8Array(memory.buffer).set(bytes, address);
    return [address, bytes.length - 1];
  };
  exports._initialize();
  exports.qjs_init();
  exports.qjs_set_max_stack_size(256 << 10);
  const [name] = write('script.js');
  const evaluate = ([code, length]) => {
    const value = exports.qjs_eval(code, length, name, 0);
    if (exports.qjs_is_exception(value)) throw new Error('the script threw');
    const number = exports.qjs_get_float64(value);
    exports.qjs_free_value(value);
    return number;
  };
  evaluate(write(readFileSync(script, 'utf8')));
  const call = write('work()');
  run = (times) => {
    let result = 0;
    while (times-- > 0) result = evaluate(call);
    return result | 0;
  };
  check = run(1);
} else {
  ({ run } = new WebAssembly.Instance(module).exports);
  check = run(10);
}

// Processor time: what else runs on the machine counts less.
const milliseconds = (times) => {
  const from = process.cpuUsage();
  run(times);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e3;
};
const start = performance.now();
let iterations = 1, batch;
do {
  batch = milliseconds(iterations);
  if (batch < slice) iterations = batch < slice / 4 ? iterations * 2 : Math.trunc(iterations * slice / batch) + 1;
} while (performance.now() - start < warm || batch < slice / 2);
const slices = Array.from({ length: Number(count) }, () => milliseconds(iterations) * 1e6 / iterations).sort((a, b) => a - b);
console.log(`${slices[slices.length >> 1].toFixed(1)} ${check}`);
