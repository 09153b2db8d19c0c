// Shapes that compilers make seldom: handlers within expressions, exceptions past modules that know of none, and much of everything.
import { component, mixing, program, times } from './text.mjs';

// A module that has no tag stands between who throws and who catches; one way through it is a tail call, one a table, one a reference.
const unaware = component(
  { name: 'thrower', text: `
    (tag (export "tag") (param i64))
    (func (export "throw") (param $n i64) (result i64)
      (if (i64.eqz (i64.rem_u (local.get $n) (i64.const 7))) (then (return (local.get $n))))
      (throw 0 (local.get $n)))` },
  { name: 'unaware', imports: ['thrower'], text: `
    (import "thrower" "throw" (func $throw (param i64) (result i64)))
    (type $f (func (param i64) (result i64)))
    (table 1 funcref) (elem (i32.const 0) func $throw) (elem declare func $throw)
    (memory (export "memory") 1)
    (func (export "loops") (param $n i64) (result i64)
      (local $i i32)
      (loop $again
        (i64.store (i32.shl (local.get $i) (i32.const 3)) (local.get $n))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 9))))
      (i64.add (call $throw (local.get $n)) (i64.load (i32.const 8))))
    (func (export "tail") (type $f) (return_call $throw (i64.add (local.get 0) (i64.const 1))))
    (func (export "table") (type $f) (i64.mul (call_indirect (type $f) (i64.add (local.get 0) (i64.const 2)) (i32.const 0)) (i64.const 2)))
    (func (export "ref") (type $f) (i64.store (i32.const 0) (call_ref $f (i64.add (local.get 0) (i64.const 3)) (ref.func $throw))) (i64.load (i32.const 0)))` },
  { name: 'main', imports: ['thrower', 'unaware'], text: `
    (import "thrower" "tag" (tag $tag (param i64)))
    ${['loops', 'tail', 'table', 'ref'].map((name) => `(import "unaware" "${name}" (func $${name} (param i64) (result i64)))`).join(' ')}
    (import "unaware" "memory" (memory 1))
    ${mixing}
    ${['loops', 'tail', 'table', 'ref'].map((name) => `(func $try-${name} (param $n i64) (result i64)
      (block $caught (result i64)
        (return (try_table (result i64) (catch $tag $caught) (i64.add (i64.const 1) (call $${name} (local.get $n))))))
      (i64.mul (i64.const -3)))`).join('\n')}
    (func (export "run") (result i64)
      (local $n i64)
      (loop $again
        ${['loops', 'tail', 'table', 'ref'].map((name) => `(call $see (call $try-${name} (local.get $n)))`).join(' ')}
        (call $see (i64.load (i32.const 0)))
        (br_if $again (i64.lt_u (local.tee $n (i64.add (local.get $n) (i64.const 1))) (i64.const 500))))
      (local.get $n))` });

// Handlers with values below them on the stack; branches of every kind out of them; locals that are set within.
const handlers = program(`
  (tag $a (param i32)) (tag $b (param i64 i32)) (tag $c)
  (func $throw (param $n i32) (result i32)
    (block $c (block $b (block $a (block $none
      (br_table $none $a $b $c $none (i32.rem_u (local.get $n) (i32.const 5))))
      (return (local.get $n)))
      (throw $a (local.get $n)))
      (throw $b (i64.extend_i32_u (local.get $n)) (i32.const 17)))
    (throw $c))
  (func $below (param $n i32) (result i64)
    (local $set i32)
    (i64.const 1000000) (f64.const 1.5) (local.get $n)
    (i32.add (i32.const 7) (block $a (result i32)
      (i32.const 3)
      (block $b (result i64 i32)
        (f32.const 4)
        (block $c
          (local.set $set (i32.const 1))
          (try_table (result i32) (catch $a $a) (catch $b $b) (catch $c $c)
            (i32.const 100)
            (try_table (param i32) (result i32) (catch $a $a)
              (local.set $set (i32.const 2))
              (call $throw (local.get $n))
              (local.set $set (i32.const 3))
              (i32.add)))
          (br $a))
        (drop) (i64.const 5) (i32.const 6))
      (i64.extend_i32_u) (i64.add) (i32.wrap_i64) (i32.add)))
    (i32.add (local.get $set)) (i32.add) (f64.convert_i32_s) (f64.add) (i64.trunc_f64_s) (i64.add))
  (func $out (param $n i32) (result i64 i32)
    (local $rounds i32)
    (loop $again (result i64 i32)
      (block $x (result i64 i32)
        (block $y (result i64)
          (block $z
            (try_table (catch $c $z) (catch_all $z)
              (local.set $rounds (i32.add (local.get $rounds) (i32.const 1)))
              (if (i32.gt_u (local.get $rounds) (i32.const 4)) (then (return (i64.const -9) (local.get $n))))
              (try_table (catch $c $z)
                (br_if $again (i32.and (local.get $n) (local.get $rounds)))
                (block $here
                  (br_table $here $z $z (i32.rem_u (local.get $n) (i32.const 3))))
                (i64.extend_i32_u (local.get $n)) (local.get $rounds)
                (br_if $x (i32.eq (i32.rem_u (local.get $n) (i32.const 4)) (i32.const 2)))
                (drop)
                (br_if $y (i32.eq (i32.rem_u (local.get $n) (i32.const 6)) (i32.const 3)))
                (drop)
                (drop (call $throw (i32.add (local.get $n) (local.get $rounds))))))
            (br $x (i64.const 55) (local.get $rounds)))
          (br $y (i64.const 66)))
        (i32.const 77))))
  ;; 150 handlers within each other; the one for the number takes it.
  (tag $n (param i32))
  (func $nested (param $i i32) (result i32)
    ${times(150, (i) => `(block $h${i} (result i32)`)}
    ${times(150, (i) => `(try_table (result i32) (catch ${i === 75 ? '$a' : '$b2'} $h${149 - i})`)}
    (if (local.get $i) (then (throw $a (i32.add (local.get $i) (i32.const 1)))))
    (i32.const 4)
    ${')'.repeat(150)}
    ${times(150, (i) => `(i32.add (i32.const ${i % 7})))`)})
  (tag $b2 (param i32))
  (func (export "run") (result i64)
    (local $n i32)
    (loop $again
      (call $see (call $below (local.get $n)))
      (call $out (local.get $n)) (i64.extend_i32_u) (call $see) (call $see)
      (call $see (i64.extend_i32_s (call $nested (local.get $n))))
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 240))))
    (i64.extend_i32_u (local.get $n)))`);

// As much as engines agree to take: parameters, results, fields, elements, locals, types of a group, cases of a branch.
const kinds = ['i32', 'i64', 'f32', 'f64', 'i64', 'i31ref'];
const kind = (i) => kinds[i % 6];
const some = (i) => (kind(i) === 'i31ref' ? `(ref.i31 (i32.const ${i}))` : `(${kind(i)}.const ${i})`);
const see = (i) => ({ i32: '(i64.extend_i32_s) (call $see)', i64: '(call $see)', f32: '(i64.trunc_f32_s) (call $see)', f64: '(i64.trunc_f64_s) (call $see)', i31ref: '(i31.get_s) (i64.extend_i32_s) (call $see)' })[kind(i)];
const list = (count, text) => times(count, text).replaceAll('\n', ' ');
const large = program(`
  (type $wide (struct ${list(2000, (i) => `(field (mut ${kind(i)}))`)}))
  (type $array (array i32))
  (rec ${list(600, (i) => `(type $r${i} (sub (struct (field (ref null $r${(i * 7 + 1) % 600})))))`)})
  (type $many (func (param ${list(1000, kind)}) (result ${list(1000, kind)})))
  (func $same (type $many) ${list(1000, (i) => `(local.get ${i})`)})
  (func $tail (type $many) ${list(1000, (i) => `(local.get ${i})`)} (return_call $same))
  (func $fields
    (local $s (ref $wide))
    (local.set $s (struct.new $wide ${list(2000, some)}))
    ${list(2000, (i) => (i % 37 ? '' : `(struct.get $wide ${i} (local.get $s)) ${see(i)}`))}
    (struct.set $wide 1998 (local.get $s) (struct.get $wide 0 (local.get $s)))
    (struct.get $wide 1998 (local.get $s)) ${see(1998)})
  (func $locals (param $n i32) (result i32)
    ${list(30000, () => '(local i32)')}
    ${list(300, (i) => `(local.set ${i * 100 + 1} (i32.add (local.get ${i * 100}) (i32.const ${i})))  (local.set ${Math.min(29999, i * 100 + 100)} (local.get ${i * 100 + 1}))`)}
    (local.get 29901))
  (func $cases (param $n i32) (result i32)
    ${list(2000, (i) => `(block $c${i}`)}
    (br_table ${list(2000, (i) => `$c${(i * 13) % 2000}`)} (local.get $n))
    ${list(2000, (i) => `) (local.set $n (i32.add (local.get $n) (i32.const ${i % 5})))`)}
    (local.get $n))
  (func (export "run") (result i64)
    (local $r (ref null $r5)) (local $i i32)
    ${list(1000, some)}
    (call $tail)
    ${list(1000, (i) => see(999 - i))}
    (call $fields)
    (call $see (i64.extend_i32_s (array.get $array (array.new_fixed $array 10000 ${list(10000, (i) => `(i32.const ${i ^ 5})`)}) (i32.const 9998))))
    (call $see (i64.extend_i32_s (call $locals (i32.const 3))))
    (loop $again
      (call $see (i64.extend_i32_s (call $cases (local.get $i))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 7))) (i32.const 2100))))
    (local.set $r (struct.new $r5 (ref.null none)))
    (i64.extend_i32_u (ref.test (ref $r6) (struct.new $r599 (ref.null none)))))`);

export const shapes = { unaware, handlers, large };
