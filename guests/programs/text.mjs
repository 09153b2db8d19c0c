// What the programs share: as components, `run` gives a number, and `seen` what it put together on the way.

export const times = (count, text) => Array.from({ length: count }, (_, index) => text(index)).join('\n');

export const mixing = `
  (global $seen (mut i64) (i64.const 0))
  (func $see (param $value i64) (global.set $seen (i64.add (i64.mul (global.get $seen) (i64.const 31)) (local.get $value))))
  (func (export "seen") (result i64) (global.get $seen))`;

/** Core modules in order, each with the names of those before it that it imports from; the last has `run` and `seen`. */
export const component = (...modules) => `
(component
  ${modules.map(({ name, imports = [], text }) => `
  (core module $${name} ${text})
  (core instance $${name} (instantiate $${name} ${imports.map((other) => `(with "${other}" (instance $${other}))`).join(' ')}))`).join('\n')}
  (func (export "run") (result u64) (canon lift (core func $${modules.at(-1).name} "run")))
  (func (export "seen") (result u64) (canon lift (core func $${modules.at(-1).name} "seen"))))`;

export const program = (text) => component({ name: 'main', text: mixing + text });
