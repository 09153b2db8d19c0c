// Types and casts.
import { component, mixing, program, times } from './text.mjs';

// Types 61 deep: each object is asked for each type, by every kind of cast.
const depth = 61;
const deepSubtypes = program(`
  (rec ${times(depth, (i) => `(type $t${i} (sub ${i ? `$t${i - 1}` : ''} (struct ${times(i + 1, (field) => `(field ${field % 3 === 1 ? 'i8' : field % 3 ? '(mut i64)' : 'i32'})`)})))`)})
  (type $objects (array (mut (ref null $t0))))
  ${times(depth, (i) => `
  (func $make${i} (result (ref $t0)) (struct.new $t${i} ${times(i + 1, (field) => `(i${field % 3 === 2 ? 64 : 32}.const ${field * i + 1})`)}))
  (func $last${i} (param $o (ref null $t0)) (result i64)
    (block $yes (result (ref $t${i}))
      (br_on_cast $yes (ref null $t0) (ref $t${i}) (local.get $o))
      (drop)
      (return (i64.const -1)))
    ${i % 3 === 2 ? `(struct.get $t${i} ${i})` : i % 3 ? `(i64.extend_i32_s (struct.get_s $t${i} ${i}))` : `(i64.extend_i32_s (struct.get $t${i} ${i}))`})
  (func $test${i} (param $o (ref null $t0)) (result i64)
    (block $no (result (ref null $t0))
      (br_on_cast_fail $no (ref null $t0) (ref null $t${i}) (local.get $o))
      (drop)
      (return (i64.add (i64.const 2) (i64.extend_i32_u (ref.test (ref $t${i}) (local.get $o))))))
    (drop)
    (i64.extend_i32_u (ref.test (ref null $t${i}) (local.get $o))))`)}
  (func $ask (param $o (ref null $t0))
    ${times(depth, (i) => `(call $see (call $test${i} (local.get $o))) (call $see (call $last${i} (local.get $o)))`)})
  (func (export "run") (result i64)
    (local $objects (ref $objects)) (local $i i32)
    (local.set $objects (array.new_default $objects (i32.const ${depth + 1})))
    ${times(depth, (i) => `(array.set $objects (local.get $objects) (i32.const ${i}) (call $make${i}))`)}
    (loop $again
      (call $ask (array.get $objects (local.get $objects) (local.get $i)))
      (br_if $again (i32.le_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${depth}))))
    (i64.extend_i32_u (i32.add
      (struct.get $t30 30 (ref.cast (ref $t30) (array.get $objects (local.get $objects) (i32.const 60))))
      (struct.get $t60 60 (ref.cast (ref $t60) (array.get $objects (local.get $objects) (i32.const 60)))))))`
  );

// The same recursive types in three modules, in other places of each: objects, functions and tables go round.
const node = (f = '$f', n = '$node') => `
  (rec
    (type ${n} (sub (struct (field $value (mut i32)) (field $next (mut (ref null ${n}))) (field $do (mut (ref null ${f}))))))
    (type ${f} (func (param (ref ${n}) i32) (result i32))))`;
const equalTypes = component(
  { name: 'a', text: `${node()}
    (type $leaf (sub final $node (struct (field $value (mut i32)) (field $next (mut (ref null $node))) (field $do (mut (ref null $f))) (field i64))))
    (table (export "table") 8 (ref null $f))
    (global (export "root") (mut (ref null $node)) (ref.null $node))
    (elem (i32.const 0) (ref null $f) (ref.func $add))
    (func $add (export "add") (type $f) (i32.add (struct.get $node $value (local.get 0)) (local.get 1)))
    (func (export "make") (param i32) (result (ref $node)) (struct.new $node (local.get 0) (ref.null $node) (ref.func $add)))
    (func (export "leaf") (param i32) (result (ref $node)) (struct.new $leaf (local.get 0) (ref.null $node) (ref.func $add) (i64.const 77)))` },
  { name: 'b', imports: ['a'], text: `
    (type $before (struct (field f64)))
    (type $f0 (func (param i32) (result i32)))
    ${node('$g', '$n')}
    (import "a" "table" (table $table 8 (ref null $g)))
    (import "a" "make" (func $make (param i32) (result (ref $n))))
    (import "a" "root" (global $root (mut (ref null $n))))
    (elem (table $table) (i32.const 1) (ref null $g) (ref.func $times))
    (func $times (export "times") (type $g) (i32.mul (struct.get $n $value (local.get 0)) (local.get 1)))
    (func (export "link") (param i32)
      (local $n (ref $n))
      (local.set $n (call $make (local.get 0)))
      (struct.set $n $next (local.get $n) (global.get $root))
      (if (i32.and (local.get 0) (i32.const 1)) (then (struct.set $n $do (local.get $n) (ref.func $times))))
      (global.set $root (local.get $n)))` },
  { name: 'c', imports: ['a', 'b'], text: `
    ;; One member more makes other types of all.
    (rec
      (type $other (sub (struct (field (mut i32)) (field (mut (ref null $other))) (field (mut (ref null $h))))))
      (type $h (func (param (ref $other) i32) (result i32)))
      (type (struct)))
    ${node('$f', '$node')}
    (type $leaf (sub final $node (struct (field $value (mut i32)) (field $next (mut (ref null $node))) (field $do (mut (ref null $f))) (field $more i64))))
    (import "a" "table" (table $table 8 (ref null $f)))
    (import "a" "add" (func $add (type $f)))
    (import "a" "leaf" (func $leaf (param i32) (result (ref $node))))
    (import "a" "root" (global $root (mut (ref null $node))))
    (import "b" "link" (func $link (param i32)))
    (import "b" "times" (func $times (type $f)))
    (elem declare func $add $times)
    ${mixing}
    (func (export "run") (result i64)
      (local $i i32) (local $n (ref null $node)) (local $l (ref null $leaf))
      (loop $again
        (call $link (local.get $i))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 200))))
      (local.set $n (global.get $root))
      (block $end
        (loop $walk
          (br_on_null $end (local.get $n))
          (drop)
          (call $see (i64.extend_i32_s (call_ref $f
            (ref.as_non_null (local.get $n)) (i32.const 5) (struct.get $node $do (local.get $n)))))
          (call $see (i64.extend_i32_s (call_indirect $table (type $f)
            (ref.as_non_null (local.get $n)) (i32.const 9) (i32.and (struct.get $node $value (local.get $n)) (i32.const 1)))))
          (call $see (i64.extend_i32_u (ref.eq (struct.get $node $next (local.get $n)) (local.get $n))))
          (local.set $n (struct.get $node $next (local.get $n)))
          (br $walk)))
      (local.set $n (call $leaf (i32.const 12)))
      (local.set $l (ref.cast (ref $leaf) (local.get $n)))
      (call $see (struct.get $leaf $more (local.get $l)))
      (call $see (i64.extend_i32_u (ref.test (ref $other) (local.get $n))))
      (call $see (i64.extend_i32_u (ref.test (ref $leaf) (global.get $root))))
      (call $see (i64.extend_i32_u (ref.test (ref $h) (ref.func $add))))
      (call $see (i64.extend_i32_u (ref.test (ref $f) (ref.func $times))))
      (i64.extend_i32_s (call_ref $f (ref.cast (ref $node) (local.get $l)) (i32.const 100) (ref.func $add))))` });

// Functions of subtypes where their supertypes are asked for, across modules too, and tables of them.
const functionTypes = `
  (rec
    (type $animal (sub (struct (field i32))))
    (type $cat (sub $animal (struct (field i32) (field i64)))))
  (type $any-to-cat (sub (func (param anyref) (result (ref $cat)))))
  (rec
    (type $f (sub (func (param (ref $cat)) (result (ref null $animal)))))
    (type $g (sub $f (func (param (ref null $animal)) (result (ref $cat)))))
    (type $h (sub final $g (func (param anyref) (result (ref $cat))))))`;
const functionSubtypes = component(
  { name: 'far', text: `${functionTypes}
    (table (export "table") 4 (ref null $f))
    (func $h (export "h") (export "h-again") (type $h) (struct.new $cat (i32.add (ref.test (ref $cat) (local.get 0)) (i32.const 10)) (i64.const 77)))
    (func $g (export "g") (type $g) (struct.new $cat (i32.const 20) (i64.extend_i32_u (ref.is_null (local.get 0)))))
    (func $f (type $f) (local.get 0))
    (elem (i32.const 0) (ref null $f) (ref.func $f) (ref.func $g) (ref.func $h))` },
  { name: 'main', imports: ['far'], text: `${functionTypes}
    (import "far" "table" (table $table 4 (ref null $f)))
    (import "far" "h" (func $as-f (type $f)))
    (import "far" "h-again" (func $as-g (type $g)))
    (import "far" "g" (func $g (type $f)))
    (global $kept (mut (ref null $f)) (ref.func $as-g))
    ${mixing}
    (func $animal (param $a (ref null $animal)) (result i64)
      (if (ref.is_null (local.get $a)) (then (return (i64.const -1))))
      (block $cat (result (ref $cat))
        (br_on_cast $cat (ref null $animal) (ref $cat) (local.get $a))
        (struct.get $animal 0) (i64.extend_i32_s) (return))
      (struct.get $cat 1))
    (func $kind (param $f (ref null $f)) (result i64)
      (i64.extend_i32_u (i32.add (ref.test (ref $f) (local.get $f))
        (i32.add (i32.mul (ref.test (ref $g) (local.get $f)) (i32.const 2)) (i32.add (i32.mul (ref.test (ref $h) (local.get $f)) (i32.const 4))
          (i32.mul (ref.test (ref $any-to-cat) (local.get $f)) (i32.const 8)))))))
    (func (export "run") (result i64)
      (local $i i32) (local $cat (ref $cat))
      (local.set $cat (struct.new $cat (i32.const 1) (i64.const 2)))
      (loop $again
        (call $see (call $animal (call_indirect $table (type $f) (local.get $cat) (local.get $i))))
        (call $see (call $kind (table.get $table (local.get $i))))
        (global.set $kept (table.get $table (local.get $i)))
        (call $see (call $animal (call_ref $f (local.get $cat) (global.get $kept))))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
      (call $see (call $animal (call $as-f (local.get $cat))))
      (call $see (call $animal (call $as-g (ref.null $animal))))
      (call $see (call $animal (call $g (local.get $cat))))
      (call $see (call $animal (call_indirect $table (type $g) (ref.null $animal) (i32.const 1))))
      (call $see (call $animal (call_indirect $table (type $g) (ref.null $animal) (i32.const 2))))
      (call $see (call $animal (call_indirect $table (type $h) (ref.i31 (i32.const 1)) (i32.const 2))))
      (call $see (call $kind (table.get $table (i32.const 3))))
      (i64.extend_i32_u (ref.test (ref $h) (table.get $table (i32.const 1)))))` });

// References through blocks, loops and branches of many values; null and never null.
const branches = program(`
  (type $box (sub (struct (field (mut i64)))))
  (type $pair (sub $box (struct (field (mut i64)) (field (ref null $box)))))
  (type $two (func (param (ref null $box) i64) (result i64 (ref $box))))
  (func $make (param $i i64) (result (ref null $box))
    (if (result (ref null $box)) (i64.eqz (i64.rem_u (local.get $i) (i64.const 5)))
      (then (ref.null none))
      (else (if (result (ref $box)) (i64.eqz (i64.rem_u (local.get $i) (i64.const 3)))
        (then (struct.new $pair (local.get $i) (call $make (i64.sub (local.get $i) (i64.const 1)))))
        (else (struct.new $box (local.get $i)))))))
  (func $swap (type $two)
    (block $none
      (return (i64.add (local.get 1) (struct.get $box 0 (br_on_null $none (local.get 0)))) (ref.as_non_null (local.get 0))))
    (local.get 1) (struct.new $box (i64.const 9)))
  (func $walk (param $b (ref null $box)) (result i64)
    (local $steps i64)
    (i64.const 0) (local.get $b)
    (loop $again (param i64 (ref null $box)) (result i64)
      (block $end (param i64 (ref null $box)) (result i64)
        (block $box (param i64 (ref null $box)) (result i64 (ref $box))
          (br_on_non_null $box)
          (br $end))
        (block $pair (param i64 (ref $box)) (result i64 (ref $pair))
          (br_on_cast $pair (ref $box) (ref $pair))
          (struct.get $box 0) (i64.add) (br $end))
        (struct.get $pair 1)
        (br $again))))
  (func (export "run") (result i64)
    (local $i i64) (local $b (ref null $box)) (local $sure (ref $box)) (local $r (ref $box)) (local $l i64)
    (loop $again
      (local.set $b (call $make (local.get $i)))
      (call $swap (local.get $b) (local.get $i))
      (local.set $r) (call $see)
      (call $see (struct.get $box 0 (local.get $r)))
      (call $see (call $walk (local.get $b)))
      (block $null
        (local.set $sure (select (result (ref $box)) (br_on_null $null (local.get $b)) (struct.new $box (i64.const 3))
          (i32.and (i32.wrap_i64 (local.get $i)) (i32.const 1))))
        (struct.set $box 0 (local.get $sure) (i64.add (struct.get $box 0 (local.get $sure)) (i64.const 1)))
        (call $see (struct.get $box 0 (local.get $sure)))
        (call $see (struct.get $box 0 (ref.as_non_null (local.get $b)))))
      (block $no (result anyref)
        (block $yes (result (ref $pair))
          (br $no (br_on_cast $yes (ref null $box) (ref $pair) (local.get $b))))
        (struct.get $pair 1))
      (call $see (i64.extend_i32_u (ref.is_null)))
      (br_if $again (i64.lt_u (local.tee $i (i64.add (local.get $i) (i64.const 1))) (i64.const 300))))
    (local.get $i))`);

export const types = {
  'deep-subtypes': deepSubtypes,
  'equal-types': equalTypes,
  'function-subtypes': functionSubtypes,
  branches,
};
