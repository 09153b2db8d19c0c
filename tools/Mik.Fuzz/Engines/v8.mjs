// Runs a batch of modules on V8: one line a module, in the words of MikRunner.cs.  node v8.mjs BATCH.json FUEL [MEMORY]
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const [path, fuel, memoryPath] = process.argv.slice(2);
const view = new DataView(new ArrayBuffer(8));
const I32 = 0x7f, I64 = 0x7e, F32 = 0x7d;

const parse = (type, hex) => {
  const bits = BigInt(`0x${hex}`);
  view.setBigUint64(0, bits);
  if (type === I32) return view.getInt32(4);
  if (type === I64) return view.getBigInt64(0);
  return type === F32 ? view.getFloat32(4) : view.getFloat64(0);
};

const format = (type, value) => {
  if (type === I32) return (value >>> 0).toString(16);
  if (type === I64) return BigInt.asUintN(64, value).toString(16);
  if (Number.isNaN(value)) return 'nan';
  if (type === F32) {
    view.setFloat32(0, value);
    return view.getUint32(0).toString(16);
  }
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
};

const kinds = [
  [/unreachable/, 'unreachable'], [/by zero/, 'zero'], [/unrepresentable/, 'range'], [/(memory access|data segment) out of bounds/, 'memory'],
  [/table (index|access|element)|element segment/, 'table'], [/null function|signature/, 'signature'], [/call stack/, 'stack'],
  [/null pointer|rethrowing null|array element access/, 'object'], [/illegal cast/, 'cast'],
];
const trap = (error) => error instanceof WebAssembly.Exception ? 'exception' : `trap:${kinds.find(([words]) => words.test(error.message))?.[1] ?? error.message}`;

for (const { bytes, calls, results, globals } of JSON.parse(readFileSync(path, 'utf8'))) {
  let line = '';
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(bytes, 'base64')));
    for (const { name, types, values } of calls) {
      exports.g0.value = Number(fuel);
      let answer;
      try {
        const value = exports[name](...values.map((hex, i) => parse(types[i], hex)));
        const list = results[name].length === 0 ? [] : results[name].length === 1 ? [value] : [...value];
        answer = `[${list.map((item, i) => format(results[name][i], item)).join(',')}]`;
      } catch (error) {
        answer = trap(error);
      }
      line += `${name}=${answer} `;
    }
    const memory = exports.memory.buffer;
    if (memoryPath) writeFileSync(memoryPath, Buffer.from(memory));
    line += `memory=${memory.byteLength.toString(16)}:${createHash('sha256').update(Buffer.from(memory)).digest('hex').slice(0, 16)}`;
    for (const [name, type] of globals) line += ` ${name}=${format(type, exports[name].value)}`;
  } catch (error) {
    line = `FAULT ${error.name}: ${error.message}`;
  }
  console.log(line);
}
