// Secrets in what the CLR's collector keeps: globals, tables, segments and objects. Text, since C has no words for them.

/** What is there before a request: nothing, or objects that the start of the module made. */
const ways = {
  empty: { node: '(ref.null $node)', any: '(ref.null any)', frozen: '', segment: '(ref.null any)', start: '' },
  made: {
    node: '(struct.new $node (i64.const 0) (ref.null $node))',
    any: '(ref.i31 (i32.const 0))',
    frozen: '(global $holder (ref $holder) (struct.new $holder (struct.new $node (i64.const 0) (ref.null $node))))',
    segment: '(struct.new $node (i64.const 0) (ref.null $node))',
    start: `
      (func $start
        (table.set $anything (i32.const 0) (struct.new $node (i64.const 0) (ref.null $node)))
        (table.set $anything (i32.const 1) (array.new_default $cells (i32.const 4)))
        (struct.set $node 1 (global.get $kept) (struct.new $node (i64.const 0) (ref.null $node))))
      (start $start)`,
  },
};

/** The core module of a handler that counts the places where it finds what an earlier request left, and then leaves something in all of them. */
export function objects(way) {
  const { node, any, frozen, segment, start } = ways[way];
  const made = way === 'made';
  const place = (condition) => `(local.set $places (i32.add (local.get $places) ${condition}))`;
  const differs = (number) => `(i64.ne ${number} (i64.const 0))`;
  const valueOf = (reference) => differs(`(struct.get $node 0 (ref.cast (ref $node) ${reference}))`);
  const isSet = (reference) => `(i32.eqz (ref.is_null ${reference}))`;
  return `
(module
  (rec (type $node (sub (struct (field (mut i64)) (field (mut (ref null $node)))))))
  (type $holder (struct (field (ref $node))))
  (type $cells (array (mut anyref)))
  (type $bytes (array (mut i8)))
  (type $payload (func (param i64)))
  (type $some (array anyref))
  (tag $secret (type $payload))
  (memory (export "memory") 1)
  (global $kept (mut (ref null $node)) ${node})
  (global $any (mut anyref) ${any})
  (global $outside (mut externref) (ref.null extern))
  (global $caught (mut exnref) (ref.null exn))
  (global $call (mut funcref) (ref.null func))
  ${frozen}
  (global $top (mut i32) (i32.const 4096))
  (table $anything 4 anyref)
  (table $exceptions 4 exnref)
  (table $calls 4 funcref)
  (elem $segment anyref (item ${segment}))
  (elem declare func $handle)
  ${start}
  (func $catch (param $number i64) (result exnref)
    (block $caught (result exnref)
      (try_table (catch_all_ref $caught) (throw $secret (local.get $number)))
      unreachable))
  (func $found (result i32)
    (local $places i32) (local $list (ref null $some))
    ${place(made ? valueOf('(global.get $kept)') : isSet('(global.get $kept)'))}
    ${place(made ? '(i31.get_u (ref.cast (ref i31) (global.get $any)))' : isSet('(global.get $any)'))}
    ${place(isSet('(global.get $outside)'))}
    ${place(isSet('(global.get $caught)'))}
    ${place(isSet('(global.get $call)'))}
    ${place(isSet('(table.get $exceptions (i32.const 0))'))}
    ${place(isSet('(table.get $calls (i32.const 1))'))}
    ${place(isSet('(table.get $anything (i32.const 3))'))}
    ${place('(i32.ne (table.size $anything) (i32.const 4))')}
    ;; Where an earlier request dropped it, this is a trap.
    (local.set $list (array.new_elem $some $segment (i32.const 0) (i32.const 1)))
    ${made ? `
    ${place(valueOf('(array.get $some (local.get $list) (i32.const 0))'))}
    ${place(valueOf('(table.get $anything (i32.const 0))'))}
    ${place(isSet('(array.get $cells (ref.cast (ref $cells) (table.get $anything (i32.const 1))) (i32.const 2))'))}
    ${place(valueOf('(struct.get $node 1 (global.get $kept))'))}
    ${place(valueOf('(struct.get $holder 0 (global.get $holder))'))}` : ''}
    (local.get $places))
  (func $leave (param $secret i64)
    (local $object (ref $node)) (local $list (ref null $some))
    (local.set $object (struct.new $node (local.get $secret) (ref.null $node)))
    ;; A ring, which only a collector ends.
    (struct.set $node 1 (local.get $object) (local.get $object))
    ${made ? `
    (local.set $list (array.new_elem $some $segment (i32.const 0) (i32.const 1)))
    (struct.set $node 0 (ref.cast (ref $node) (array.get $some (local.get $list) (i32.const 0))) (local.get $secret))
    (struct.set $node 0 (ref.cast (ref $node) (table.get $anything (i32.const 0))) (local.get $secret))
    (array.set $cells (ref.cast (ref $cells) (table.get $anything (i32.const 1))) (i32.const 2) (local.get $object))
    (struct.set $node 0 (struct.get $node 1 (global.get $kept)) (local.get $secret))
    (struct.set $node 0 (struct.get $holder 0 (global.get $holder)) (local.get $secret))
    (struct.set $node 0 (global.get $kept) (local.get $secret))` : ''}
    (global.set $kept (local.get $object))
    (global.set $any ${made ? '(ref.i31 (i32.wrap_i64 (local.get $secret)))' : '(array.new $bytes (i32.wrap_i64 (local.get $secret)) (i32.const 64))'})
    (global.set $outside (extern.convert_any (local.get $object)))
    (global.set $caught (call $catch (local.get $secret)))
    (global.set $call (ref.func $handle))
    (table.set $exceptions (i32.const 0) (global.get $caught))
    (table.set $calls (i32.const 1) (ref.func $handle))
    (table.fill $anything (i32.const 0) (local.get $object) (i32.const 4))
    (drop (table.grow $anything (local.get $object) (i32.const 1)))
    (elem.drop $segment))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (global.get $top)
    (global.set $top (i32.and (i32.add (i32.add (global.get $top) (local.get $size)) (i32.const 7)) (i32.const -8))))
  ;; The path's bytes are the secret.
  (func $handle (export "mik:core/handler@0.1.0#handle")
    (param $method i32) (param $path i32) (param $length i32) (param i32 i32 i32 i32 i32) (result i32)
    (local $secret i64)
    (i32.store8 (i32.const 16) (i32.add (i32.const 0x30) (call $found)))
    (i32.store8 (i32.const 17) (i32.const 0x0a))
    (loop $next
      (local.set $secret (i64.add (i64.mul (local.get $secret) (i64.const 31)) (i64.load8_u (local.get $path))))
      (local.set $path (i32.add (local.get $path) (i32.const 1)))
      (br_if $next (local.tee $length (i32.sub (local.get $length) (i32.const 1)))))
    (call $leave (i64.or (local.get $secret) (i64.const 1)))
    (i32.store16 (i32.const 32) (i32.const 200))
    (i32.store8 (i32.const 44) (i32.const 1))
    (i32.store (i32.const 48) (i32.const 16))
    (i32.store (i32.const 52) (i32.const 2))
    (i32.const 32)))`;
}
