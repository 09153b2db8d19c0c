// Programs in text of what WebAssembly 3.0 added. They are part of the corpus, where what two engines say of each is written down.
import { wasmTools } from '../tools.mjs';
import { exceptions } from './exceptions.mjs';
import { objects } from './objects.mjs';
import { shapes } from './shapes.mjs';
import { types } from './types.mjs';

export default async function build() {
  const tools = await wasmTools();
  return Object.fromEntries(
    Object.entries({ ...exceptions, ...objects, ...shapes, ...types }).map(([name, text]) => [`../tests/corpus/program-${name}.wasm`, tools.parse(text)]));
}
