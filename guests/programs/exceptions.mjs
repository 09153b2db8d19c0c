// Exceptions, tail calls and traps.
import { component, mixing, program, times } from './text.mjs';

// An exception on its way through 50 frames: some let it pass, some catch another, some look at it and throw it on.
const frame = [
  (i) => `(i32.add (call $f${i + 1} (i32.add (local.get $x) (i32.const 1))) (local.get $x))`,
  (i) => `
    (block $other (result i64)
      (return (try_table (result i32) (catch $other $other) (i32.mul (call $f${i + 1} (local.get $x)) (i32.const 3)))))
    (call $see) (i32.const -1)`,
  (i) => `
    (block $all (result exnref)
      (return (try_table (result i32) (catch_all_ref $all) (call $f${i + 1} (i32.xor (local.get $x) (i32.const ${i}))))))
    (call $see (i64.const ${i}))
    (throw_ref)`,
  (i) => `
    (local $e exnref) (local $a i32) (local $b i64) (local $c f64)
    (block $caught (result i32 i64 f64 exnref)
      (return (try_table (result i32) (catch_ref $tag $caught) (call $f${i + 1} (i32.add (local.get $x) (i32.const ${i}))))))
    (local.set $e) (local.set $c) (local.set $b) (local.set $a)
    (call $see (i64.add (i64.extend_i32_s (local.get $a)) (i64.add (local.get $b) (i64.trunc_f64_s (local.get $c)))))
    (call $see (i64.extend_i32_s (local.get $x)))
    (throw_ref (local.get $e))`,
  (i) => `(return_call $f${i + 1} (i32.sub (local.get $x) (i32.const 7)))`,
];
const throwFrames = program(`
  (tag $tag (param i32 i64 f64))
  (tag $other (param i64))
  ${times(50, (i) => `(func $f${i} (param $x i32) (result i32) ${frame[(i * 7) % 5](i)})`)}
  (func $f50 (param $x i32) (result i32)
    (if (i32.eqz (i32.rem_u (local.get $x) (i32.const 3))) (then (return (local.get $x))))
    (throw $tag (local.get $x) (i64.mul (i64.extend_i32_s (local.get $x)) (i64.const 1000003)) (f64.convert_i32_s (local.get $x))))
  (func (export "run") (result i64)
    (local $i i32) (local $sum i64)
    (loop $again
      (block $done (result i32 i64 f64)
        (br $done (try_table (result i32) (catch $tag $done) (call $f0 (local.get $i))) (i64.const 0) (f64.const 0.5)))
      (i64.trunc_f64_s) (i64.add (local.get $sum)) (local.set $sum)
      (i64.add (local.get $sum)) (local.set $sum)
      (i64.extend_i32_s) (i64.add (local.get $sum)) (i64.const 7) (i64.mul) (local.set $sum)
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 500))))
    (local.get $sum))`);

// Exceptions that are kept: in a table, a global, a local; thrown again, some of them more than once.
const keptExceptions = program(`
  (tag $tag (param i64))
  (tag $empty)
  (table $kept 16 exnref)
  (global $last (mut exnref) (ref.null exn))
  (func $make (param $i i32) (result exnref)
    (block $caught (result exnref)
      (try_table (catch_all_ref $caught)
        (if (i32.and (local.get $i) (i32.const 1)) (then (throw $empty)))
        (throw $tag (i64.extend_i32_u (local.get $i))))
      (unreachable)))
  (func $what (param $e exnref) (result i64)
    (block $nothing
      (block $number (result i64)
        (try_table (catch $tag $number) (catch $empty $nothing) (throw_ref (local.get $e)))
        (unreachable))
      (return))
    (i64.const -1))
  ;; Caught and thrown on by handlers within handlers, in both orders.
  (func $deep (param $depth i32) (param $e exnref) (result i64)
    (local $inner exnref)
    (if (i32.eqz (local.get $depth)) (then (throw_ref (local.get $e))))
    (block $outer (result exnref)
      (local.set $inner
        (block $caught (result exnref)
          (return (try_table (result i64) (catch_all_ref $outer)
            (try_table (result i64) (catch_all_ref $caught) (call $deep (i32.sub (local.get $depth) (i32.const 1)) (local.get $e)))))))
      (call $see (i64.extend_i32_u (local.get $depth)))
      (try_table (catch_all_ref $outer) (throw_ref (local.get $inner)))
      (unreachable))
    (throw_ref))
  (func (export "run") (result i64)
    (local $i i32) (local $sum i64)
    (loop $fill
      (table.set $kept (local.get $i) (call $make (local.get $i)))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 16))))
    (table.copy $kept $kept (i32.const 3) (i32.const 0) (i32.const 9))
    (drop (table.grow $kept (table.get $kept (i32.const 5)) (i32.const 4)))
    (local.set $i (i32.const 0))
    (loop $all
      (call $see (call $what (table.get $kept (local.get $i))))
      (global.set $last (table.get $kept (local.get $i)))
      (call $see (call $what (global.get $last)))
      (br_if $all (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (table.size $kept))))
    (block $tag (result i64)
      (block $empty
        (return (i64.add (i64.const 1000)
          (try_table (result i64) (catch $tag $tag) (catch $empty $empty) (call $deep (i32.const 40) (table.get $kept (i32.const 12)))))))
      (i64.const -2))
    (i64.add (i64.const 5)))`);

// Exceptions with objects, from one module through another to a third; tags that are the same, and tags that only look so.
const payload = '(param (ref null $node) i31ref v128 (ref null func) i64)';
const nodes = '(type $node (sub (struct (field i32) (field (mut (ref null $node))))))';
const payloads = component(
  { name: 'tags', text: `${nodes}
    (type $p (func ${payload}))
    (tag (export "one") (export "again") (type $p))
    (tag (export "two") (type $p))
    (tag (export "none"))` },
  { name: 'thrower', imports: ['tags'], text: `
    (type $first (array i8)) ${nodes}
    (type $more (sub $node (struct (field i32) (field (mut (ref null $node))) (field i64))))
    (import "tags" "one" (tag $one ${payload}))
    (import "tags" "two" (tag $two ${payload}))
    (import "tags" "none" (tag $none))
    (tag $own ${payload})
    (func $f (result i64) (i64.const 31))
    (elem declare func $f)
    (func (export "throw") (param $i i32)
      (local $n (ref $node))
      (local.set $n (struct.new $more (local.get $i) (struct.new $node (i32.const 4) (ref.null $node)) (i64.const 8)))
      (block $none (block $own (block $two (block $one
        (br_table $one $two $own $none (i32.rem_u (local.get $i) (i32.const 4))))
        (throw $one (local.get $n) (ref.i31 (local.get $i)) (i32x4.splat (local.get $i)) (ref.func $f) (i64.const -1)))
        (throw $two (ref.null none) (ref.null i31) (v128.const i64x2 3 4) (ref.null func) (i64.const 2)))
        (throw $own (local.get $n) (ref.i31 (i32.const 1)) (v128.const i64x2 5 6) (ref.func $f) (i64.const 3)))
      (throw $none))` },
  { name: 'between', imports: ['tags', 'thrower'], text: `${nodes}
    (import "thrower" "throw" (func $throw (param i32)))
    (import "tags" "two" (tag $one ${payload}))
    (global (export "last") (mut exnref) (ref.null exn))
    (func (export "pass") (param $i i32)
      (local $e exnref)
      (block $all (result exnref)
        (block $two (result (ref null $node) i31ref v128 (ref null func) i64 exnref)
          (try_table (catch_ref $one $two) (catch_all_ref $all) (call $throw (local.get $i)))
          (return))
        (local.set $e) (drop) (drop) (drop) (drop) (drop) (local.get $e))
      (global.set 0)
      (throw_ref (global.get 0)))` },
  { name: 'main', imports: ['tags', 'between'], text: `${nodes}
    (type $more (sub $node (struct (field i32) (field (mut (ref null $node))) (field i64))))
    (type $f (func (result i64)))
    (import "between" "pass" (func $pass (param i32)))
    (import "between" "last" (global $last (mut exnref)))
    (import "tags" "one" (tag $one ${payload}))
    (import "tags" "again" (tag $again ${payload}))
    (import "tags" "two" (tag $two ${payload}))
    (import "tags" "none" (tag $none))
    (tag $own ${payload})
    (type $kept (array (mut exnref)))
    ${mixing}
    (func $look (param $n (ref null $node)) (param $i i31ref) (param $v v128) (param $f funcref) (param $l i64)
      (call $see (local.get $l))
      (call $see (i64x2.extract_lane 1 (local.get $v)))
      (if (ref.is_null (local.get $n)) (then (call $see (i64.const 50)) (return)))
      (call $see (struct.get $more 2 (ref.cast (ref $more) (local.get $n))))
      (call $see (i64.extend_i32_u (struct.get $node 0 (struct.get $node 1 (local.get $n)))))
      (call $see (i64.extend_i32_u (i31.get_u (local.get $i))))
      (call $see (call_ref $f (ref.cast (ref $f) (local.get $f)))))
    (func $try (param $i i32) (param $e exnref) (result i64)
      (block $other
        (block $empty
          (block $own (result (ref null $node) i31ref v128 (ref null func) i64)
            (block $second (result (ref null $node) i31ref v128 (ref null func) i64)
              (block $first (result (ref null $node) i31ref v128 (ref null func) i64)
                (try_table (catch $own $own) (catch $again $first) (catch $one $second) (catch $two $second) (catch $none $empty) (catch_all $other)
                  (if (ref.is_null (local.get $e)) (then (call $pass (local.get $i))) (else (throw_ref (local.get $e)))))
                (unreachable))
              (call $look) (return (i64.const 1)))
            (call $look) (return (i64.const 2)))
          (call $look) (return (i64.const 3)))
        (return (i64.const 4)))
      (i64.const 5))
    (func (export "run") (result i64)
      (local $i i32) (local $kept (ref $kept))
      (local.set $kept (array.new_default $kept (i32.const 64)))
      (loop $again
        (call $see (call $try (local.get $i) (ref.null exn)))
        (array.set $kept (local.get $kept) (local.get $i) (global.get $last))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 64))))
      (loop $back
        (local.set $i (i32.sub (local.get $i) (i32.const 1)))
        (call $see (call $try (i32.const 0) (array.get $kept (local.get $kept) (local.get $i))))
        (br_if $back (local.get $i)))
      (i64.extend_i32_u (array.len (local.get $kept))))` });

// Exceptions of many values, through handlers whose stack holds more, to labels of loops.
const many = times(24, (i) => ['i32', 'i64', 'f32', 'f64', 'v128', 'anyref'][i % 6]).split('\n');
const wideExceptions = program(`
  (type $box (struct (field i64)))
  (tag $wide (param ${many.join(' ')}))
  (tag $count (param i32))
  (func $throw (param $i i32)
    (throw $wide ${many.map((type, i) => ({
    i32: `(i32.add (local.get $i) (i32.const ${i}))`,
    i64: `(i64.extend_i32_s (i32.mul (local.get $i) (i32.const ${i})))`,
    f32: `(f32.convert_i32_s (i32.add (local.get $i) (i32.const ${i})))`,
    f64: `(f64.convert_i32_s (i32.sub (local.get $i) (i32.const ${i})))`,
    v128: `(i16x8.splat (i32.add (local.get $i) (i32.const ${i})))`,
    anyref: `(struct.new $box (i64.const ${i}))`,
  })[type]).join(' ')}))
  (func $take (param $i i32) (result i64)
    ${many.map((type, i) => `(local $p${i} ${type})`).join(' ')}
    (i64.const 1000) (f64.const 2) (local.get $i)
    (block $caught (result ${many.join(' ')})
      (i64.const 5) (i64.const 6)
      (try_table (param i64 i64) (catch $wide $caught) (drop) (drop) (call $throw (local.get $i)))
      (unreachable))
    ${many.map((_, i) => `(local.set $p${many.length - 1 - i})`).join(' ')}
    (i64.extend_i32_s) (call $see) (i64.trunc_f64_s) (call $see) (call $see)
    ${many.map((type, i) => ({
    i32: `(call $see (i64.extend_i32_s (local.get $p${i})))`,
    i64: `(call $see (local.get $p${i}))`,
    f32: `(call $see (i64.extend_i32_u (i32.reinterpret_f32 (local.get $p${i}))))`,
    f64: `(call $see (i64.reinterpret_f64 (local.get $p${i})))`,
    v128: `(call $see (i64x2.extract_lane 1 (local.get $p${i})))`,
    anyref: `(call $see (struct.get $box 0 (ref.cast (ref $box) (local.get $p${i}))))`,
  })[type]).join('\n')}
    (i64.const 1))
  ;; A handler that is the next round of a loop.
  (func $rounds (result i64)
    (local $sum i64) (local $n i32)
    (i32.const 0)
    (loop $again (param i32) (result i64)
      (local.set $n)
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.extend_i32_u (local.get $n))))
      (if (i32.lt_u (local.get $n) (i32.const 5000))
        (then (try_table (catch $count $again) (throw $count (i32.add (local.get $n) (i32.const 1))))))
      (local.get $sum)))
  (func (export "run") (result i64)
    (local $i i32)
    (loop $again
      (call $see (call $take (local.get $i)))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 200))))
    (call $rounds))`);

// A million tail calls of each kind, also where the parameters change, from one module to another, and out of a handler that is thereby left.
const tailCalls = component(
  { name: 'far', text: `
    (type $step (func (param i64 i64) (result i64)))
    (table (export "table") 4 funcref)
    (func (export "far") (type $step)
      (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
      (return_call_indirect (type $step) (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 3)) (i32.const 1)))` },
  { name: 'main', imports: ['far'], text: `
    (type $step (func (param i64 i64) (result i64)))
    (type $wide (func (param i64 i32 f64 i64 i32 f32 i64 i32 i64 i64 f64 i32) (result i64)))
    (import "far" "table" (table $table 4 funcref))
    (import "far" "far" (func $far (type $step)))
    (elem (i32.const 0) $even $near)
    (elem declare func $odd $by-ref $narrow $wide)
    (tag $tag (param i64))
    ${mixing}
    (func $even (type $step)
      (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
      (return_call $odd (i64.sub (local.get 0) (i64.const 1)) (i64.add (local.get 1) (i64.const 1))))
    (func $odd (type $step)
      (if (i64.eqz (local.get 0)) (then (return (i64.sub (i64.const 0) (local.get 1)))))
      (return_call $even (i64.sub (local.get 0) (i64.const 1)) (i64.xor (local.get 1) (i64.const 0x55))))
    (func $near (type $step)
      (if (i64.eqz (local.get 0)) (then (return (i64.add (local.get 1) (i64.const 1)))))
      (return_call $far (i64.sub (local.get 0) (i64.const 1)) (i64.mul (local.get 1) (i64.const 5))))
    (func $by-ref (param $left i64) (param $sum i64) (param $next (ref null $step)) (result i64)
      (if (i64.eqz (local.get $left)) (then (return_call_ref $step (i64.const 1) (local.get $sum) (local.get $next))))
      (return_call $by-ref (i64.sub (local.get $left) (i64.const 1)) (i64.rotl (local.get $sum) (i64.const 3))
        (select (result (ref null $step)) (ref.func $even) (ref.func $odd) (i32.wrap_i64 (local.get $left)))))
    (func $narrow (type $step)
      (if (i64.eqz (local.get 0)) (then (return (local.get 1))))
      (return_call_ref $wide (local.get 0) (i32.const 1) (f64.const 2) (local.get 1) (i32.const 3) (f32.const 4) (i64.const 5) (i32.const 6)
        (i64.const 7) (i64.const 8) (f64.const 9) (i32.wrap_i64 (local.get 0)) (ref.func $wide)))
    (func $wide (type $wide)
      (return_call_ref $step (i64.sub (local.get 0) (i64.const 1))
        (i64.add (i64.mul (local.get 3) (local.get 6)) (i64.add (i64.extend_i32_u (local.get 11)) (i64.trunc_f64_s (local.get 10))))
        (ref.func $narrow)))
    (func $throws (param $left i64) (result i64)
      (if (i64.eqz (local.get $left)) (then (throw $tag (i64.const 99))))
      ;; Who calls in the tail has left its handler.
      (block $caught (result i64)
        (try_table (catch $tag $caught) (return_call $throws (i64.sub (local.get $left) (i64.const 1))))
        (unreachable))
      (drop) (i64.const -5))
    (func $catches (result i64)
      (block $caught (result i64)
        (return (i64.add (i64.const 1) (try_table (result i64) (catch $tag $caught) (call $throws (i64.const 100000))))))
      (call $see (i64.const 4)))
    (func (export "run") (result i64)
      (call $see (call $even (i64.const 1000000) (i64.const 1)))
      (call $see (call $even (i64.const 1000001) (i64.const 1)))
      (call $see (call $near (i64.const 1000000) (i64.const 1)))
      (call $see (call_indirect (type $step) (i64.const 1000003) (i64.const 2) (i32.const 1)))
      (call $see (call $by-ref (i64.const 1000000) (i64.const 3) (ref.null $step)))
      (call $see (call $narrow (i64.const 1000000) (i64.const 3)))
      (call $see (call $catches))
      (global.get $seen))` });

// Traps pass every handler.
const trap = (body, more = '') => program(`
  (type $box (sub (struct (field (mut i32))))) (type $pair (sub $box (struct (field (mut i32)) (field i64)))) (type $bytes (array (mut i8)))
  (type $f (func (result i64))) (data $data "abc") ${more}
  (tag $tag)
  (func (export "run") (result i64)
    (local $e exnref) (local $b (ref null $box)) (local $a (ref null $bytes))
    (local.set $e
      (block $caught (result exnref)
        (try_table (catch_all_ref $caught) ${body})
        (ref.null exn)))
    (i64.extend_i32_u (ref.is_null (local.get $e))))`);
const traps = {
  'trap-null-thrown': trap('(throw_ref (local.get $e))'),
  'trap-cast': trap('(drop (ref.cast (ref $pair) (struct.new $box (i32.const 1))))'),
  'trap-copy-far': trap('(local.set $a (array.new_default $bytes (i32.const 3))) (array.copy $bytes $bytes (local.get $a) (i32.const -1) (local.get $a) (i32.const 0) (i32.const 1))'),
  'trap-huge-array': trap('(drop (array.new_default $bytes (i32.const -1)))'),
  'trap-deep-calls': trap('(call $deep)', '(func $deep (block $c (try_table (catch_all $c) (call $deep))) (call $deep))'),
  'trap-segment-dropped': trap('(data.drop $data) (drop (array.new_data $bytes $data (i32.const 0) (i32.const 1)))'),
  'trap-uncaught': program('(tag $tag (param i32)) (func (export "run") (result i64) (throw $tag (i32.const 1)))'),
};

export const exceptions = {
  'throw-frames': throwFrames,
  'kept-exceptions': keptExceptions,
  'exception-objects': payloads,
  'wide-exceptions': wideExceptions,
  'tail-calls': tailCalls,
  ...traps,
};
