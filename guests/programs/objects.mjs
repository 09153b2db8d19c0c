// Objects, and where they can be.
import { component, mixing, program, times } from './text.mjs';

// Rings of objects that nobody holds but they themselves: a hundred times what is held at once.
const rings = program(`
  (type $bytes (array (mut i8)))
  (type $ring (sub (struct (field $next (mut (ref null $ring))) (field $back (mut (ref null $ring))) (field $bytes (ref $bytes)) (field $number i64))))
  (func $ring (param $size i32) (param $number i64) (result (ref $ring))
    (local $first (ref $ring)) (local $last (ref null $ring)) (local $new (ref null $ring)) (local $i i32)
    (local.set $first (struct.new $ring (ref.null $ring) (ref.null $ring) (array.new $bytes (i32.const 7) (i32.const 16)) (local.get $number)))
    (local.set $last (local.get $first))
    (loop $again
      (local.set $new (struct.new $ring (ref.null $ring) (local.get $last) (array.new $bytes (local.get $i) (i32.const 64)) (i64.extend_i32_u (local.get $i))))
      (struct.set $ring $next (local.get $last) (local.get $new))
      (local.set $last (local.get $new))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $size))))
    (struct.set $ring $next (local.get $last) (local.get $first))
    (struct.set $ring $back (local.get $first) (local.get $last))
    (local.get $first))
  (func $sum (param $ring (ref $ring)) (result i64)
    (local $at (ref null $ring)) (local $sum i64)
    (local.set $at (local.get $ring))
    (loop $again
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.add (struct.get $ring $number (local.get $at))
        (i64.extend_i32_u (array.get_u $bytes (struct.get $ring $bytes (local.get $at)) (i32.const 9))))))
      (local.set $at (struct.get $ring $next (local.get $at)))
      (br_if $again (i32.eqz (ref.eq (local.get $at) (local.get $ring)))))
    (local.get $sum))
  (func (export "run") (result i64)
    (local $kept (ref null $ring)) (local $i i32)
    (loop $again
      (local.set $kept (call $ring (i32.const 500) (i64.extend_i32_u (local.get $i))))
      (call $see (call $sum (ref.as_non_null (local.get $kept))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 200))))
    (call $sum (ref.as_non_null (struct.get $ring $back (local.get $kept)))))`);

// Numbers of 31 bits in tables, beside other references.
const numberTables = program(`
  (type $box (sub (struct (field i32))))
  (table $numbers 8 64 i31ref)
  (table $any 8 64 anyref)
  (table $eq 4 (ref eq) (ref.i31 (i32.const 3)))
  (elem $some i31ref (ref.i31 (i32.const 1)) (ref.null i31) (ref.i31 (i32.const 0x7fffffff)) (ref.i31 (i32.const 0x40000000)) (ref.i31 (i32.const -1)))
  (elem (table $any) (i32.const 2) anyref (item (ref.i31 (i32.const 44))) (item (struct.new $box (i32.const 5))) (item (ref.null none)))
  (func $number (param $n i31ref) (result i64)
    (if (ref.is_null (local.get $n)) (then (return (i64.const 12345))))
    (i64.add (i64.mul (i64.extend_i32_s (i31.get_s (local.get $n))) (i64.const 3)) (i64.extend_i32_u (i31.get_u (local.get $n)))))
  (func $kind (param $a anyref) (result i64)
    (block $box (result (ref $box))
      (block $number (result i31ref)
        (br_on_cast $number anyref i31ref (local.get $a))
        (br_on_cast $box anyref (ref $box))
        (drop)
        (return (i64.const 1)))
      (return (call $number)))
    (i64.extend_i32_s (struct.get $box 0)))
  (func (export "run") (result i64)
    (local $i i32)
    (table.init $numbers $some (i32.const 2) (i32.const 0) (i32.const 5))
    (table.copy $numbers $numbers (i32.const 1) (i32.const 2) (i32.const 4))
    (table.copy $any $numbers (i32.const 5) (i32.const 3) (i32.const 3))
    (call $see (i64.extend_i32_s (table.grow $numbers (ref.i31 (i32.const 0x3fffffff)) (i32.const 4))))
    (call $see (i64.extend_i32_s (table.grow $numbers (ref.i31 (i32.const 9)) (i32.const 100))))
    (call $see (i64.extend_i32_s (table.grow $any (table.get $any (i32.const 3)) (i32.const 2))))
    (table.fill $numbers (i32.const 9) (ref.i31 (i32.const -77)) (i32.const 2))
    (table.set $eq (i32.const 1) (struct.new $box (i32.const 3)))
    (table.set $eq (i32.const 2) (ref.cast (ref eq) (table.get $any (i32.const 3))))
    (loop $again
      (call $see (call $number (table.get $numbers (local.get $i))))
      (if (i32.lt_u (local.get $i) (table.size $any)) (then (call $see (call $kind (table.get $any (local.get $i))))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (table.size $numbers))))
    (local.set $i (i32.const 0))
    (loop $pairs
      (call $see (i64.extend_i32_u (ref.eq (table.get $eq (i32.and (local.get $i) (i32.const 3))) (table.get $eq (i32.shr_u (local.get $i) (i32.const 2))))))
      (br_if $pairs (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 16))))
    (call $see (i64.extend_i32_u (ref.eq (ref.cast eqref (table.get $any (i32.const 3))) (ref.cast eqref (table.get $any (i32.const 9))))))
    (i64.extend_i32_u (ref.eq (ref.i31 (i32.const 0x80000001)) (ref.i31 (i32.const 1)))))`);

// Arrays of each kind of element: made of segments, copied over themselves, filled.
const kinds = { i8: 'i32', i16: 'i32', i32: 'i32', i64: 'i64', f32: 'f32', f64: 'f64' };
const asNumber = { i32: '(i64.extend_i32_s)', i64: '', f32: '(i32.reinterpret_f32) (i64.extend_i32_u)', f64: '(i64.reinterpret_f64)' };
const arrays = program(`
  ${Object.keys(kinds).map((kind) => `(type $${kind} (array (mut ${kind})))`).join('\n')}
  (type $v (array (mut v128)))
  (type $f (func (result i32)))
  (type $functions (array (mut funcref)))
  (type $typed (array (mut (ref null $f))))
  (type $box (struct (field i32)))
  (type $boxes (array (mut (ref null $box))))
  (type $anys (array (mut anyref)))
  (data $bytes "${times(256, (i) => `\\${((i * 73 + 19) & 255).toString(16).padStart(2, '0')}`).replaceAll('\n', '')}")
  (elem $some funcref (ref.func $one) (ref.func $two) (ref.null func) (ref.func $three))
  (elem $same (ref null $f) (ref.func $one) (ref.func $two) (ref.null $f) (ref.func $three))
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func $three (result i32) (i32.const 3))
  ${Object.entries(kinds).map(([kind, value]) => `
  (func $see-${kind} (param $a (ref $${kind}))
    (local $i i32)
    (block $end
      (loop $again
        (br_if $end (i32.ge_u (local.get $i) (array.len (local.get $a))))
        ${kind === 'i8' || kind === 'i16' ? `
        (call $see (i64.extend_i32_s (array.get_s $${kind} (local.get $a) (local.get $i))))
        (call $see (i64.extend_i32_s (array.get_u $${kind} (local.get $a) (local.get $i))))` : `
        (array.get $${kind} (local.get $a) (local.get $i)) ${asNumber[value]} (call $see)`}
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $again))))
  (func $do-${kind}
    (local $a (ref $${kind})) (local $b (ref $${kind}))
    (local.set $a (array.new_data $${kind} $bytes (i32.const 5) (i32.const 20)))
    (local.set $b (array.new $${kind} (array.get${kind === 'i8' || kind === 'i16' ? '_u' : ''} $${kind} (local.get $a) (i32.const 3)) (i32.const 20)))
    (array.copy $${kind} $${kind} (local.get $b) (i32.const 2) (local.get $a) (i32.const 7) (i32.const 9))
    (array.copy $${kind} $${kind} (local.get $a) (i32.const 1) (local.get $a) (i32.const 0) (i32.const 13))
    (array.copy $${kind} $${kind} (local.get $a) (i32.const 4) (local.get $a) (i32.const 9) (i32.const 11))
    (array.fill $${kind} (local.get $b) (i32.const 15) (${value}.const 0x7f) (i32.const 5))
    (array.init_data $${kind} $bytes (local.get $b) (i32.const 18) (i32.const 33) (i32.const 2))
    (array.fill $${kind} (local.get $b) (i32.const 20) (${value}.const 1) (i32.const 0))
    (call $see-${kind} (local.get $a))
    (call $see-${kind} (local.get $b))
    (call $see-${kind} (array.new_fixed $${kind} 3 (${value}.const 1) (${value}.const 2) (${value}.const 3)))
    (call $see-${kind} (array.new_default $${kind} (i32.const 2))))`).join('\n')}
  (func $do-v
    (local $a (ref $v)) (local $i i32)
    (local.set $a (array.new_data $v $bytes (i32.const 3) (i32.const 7)))
    (array.copy $v $v (local.get $a) (i32.const 2) (local.get $a) (i32.const 1) (i32.const 5))
    (array.set $v (local.get $a) (i32.const 1) (i8x16.add (array.get $v (local.get $a) (i32.const 0)) (array.get $v (local.get $a) (i32.const 6))))
    (loop $again
      (call $see (i64x2.extract_lane 0 (array.get $v (local.get $a) (local.get $i))))
      (call $see (i64x2.extract_lane 1 (array.get $v (local.get $a) (local.get $i))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 7)))))
  (func $call (param $f funcref)
    (if (ref.is_null (local.get $f)) (then (call $see (i64.const 1000)) (return)))
    (call $see (i64.extend_i32_s (call_ref $f (ref.cast (ref $f) (local.get $f))))))
  (func $do-functions
    (local $a (ref $functions)) (local $b (ref $typed)) (local $i i32)
    (local.set $a (array.new_elem $functions $some (i32.const 0) (i32.const 4)))
    (local.set $b (array.new_elem $typed $same (i32.const 1) (i32.const 3)))
    (array.copy $functions $functions (local.get $a) (i32.const 1) (local.get $a) (i32.const 0) (i32.const 3))
    (array.copy $functions $typed (local.get $a) (i32.const 2) (local.get $b) (i32.const 1) (i32.const 2))
    (array.init_elem $typed $same (local.get $b) (i32.const 1) (i32.const 2) (i32.const 2))
    (loop $again
      (call $call (array.get $functions (local.get $a) (local.get $i)))
      (if (i32.lt_u (local.get $i) (i32.const 3)) (then (call $call (array.get $typed (local.get $b) (local.get $i)))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4)))))
  (func $do-boxes
    (local $a (ref $boxes)) (local $b (ref $anys)) (local $i i32)
    (local.set $a (array.new_default $boxes (i32.const 9)))
    (loop $fill
      (array.set $boxes (local.get $a) (local.get $i) (struct.new $box (local.get $i)))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 7))))
    (array.copy $boxes $boxes (local.get $a) (i32.const 3) (local.get $a) (i32.const 1) (i32.const 5))
    (local.set $b (array.new $anys (ref.i31 (i32.const 8)) (i32.const 9)))
    (array.copy $anys $boxes (local.get $b) (i32.const 0) (local.get $a) (i32.const 2) (i32.const 7))
    (array.fill $anys (local.get $b) (i32.const 1) (array.get $boxes (local.get $a) (i32.const 6)) (i32.const 2))
    (local.set $i (i32.const 0))
    (loop $again
      (call $see (i64.extend_i32_u (ref.is_null (array.get $anys (local.get $b) (local.get $i)))))
      (call $see (i64.extend_i32_u (ref.eq (ref.cast eqref (array.get $anys (local.get $b) (local.get $i))) (array.get $boxes (local.get $a) (local.get $i)))))
      (if (ref.test (ref $box) (array.get $anys (local.get $b) (local.get $i)))
        (then (call $see (i64.extend_i32_s (struct.get $box 0 (ref.cast (ref $box) (array.get $anys (local.get $b) (local.get $i))))))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 9)))))
  (func (export "run") (result i64)
    ${Object.keys(kinds).map((kind) => `(call $do-${kind})`).join(' ')}
    (call $do-v) (call $do-functions) (call $do-boxes)
    (data.drop $bytes)
    (elem.drop $some)
    (i64.extend_i32_u (i32.add (array.len (array.new_data $i64 $bytes (i32.const 0) (i32.const 0)))
      (array.len (array.new_elem $functions $some (i32.const 0) (i32.const 0))))))`);


// Structs with vectors and packed fields among others, and what is left of a number in them.
const fields = program(`
  (type $s (sub (struct (field $a (mut i8)) (field $v (mut v128)) (field $b (mut i16)) (field $d (mut f64)) (field $c (mut i8)) (field $f (mut f32))
    (field $l (mut i64)) (field $w v128) (field $r (mut (ref null $s))) (field $k i16))))
  (type $t (sub final $s (struct (field $a (mut i8)) (field $v (mut v128)) (field $b (mut i16)) (field $d (mut f64)) (field $c (mut i8)) (field $f (mut f32))
    (field $l (mut i64)) (field $w v128) (field $r (mut (ref null $s))) (field $k i16) (field $more (mut v128)) (field $last (mut i8)))))
  (type $vs (array (mut v128)))
  (func $see-v (param $v v128) (call $see (i64x2.extract_lane 0 (local.get $v))) (call $see (i64x2.extract_lane 1 (local.get $v))))
  (func $see-s (param $s (ref $s))
    (call $see (i64.extend_i32_s (struct.get_s $s $a (local.get $s)))) (call $see (i64.extend_i32_s (struct.get_u $s $a (local.get $s))))
    (call $see (i64.extend_i32_s (struct.get_s $s $b (local.get $s)))) (call $see (i64.extend_i32_s (struct.get_u $s $b (local.get $s))))
    (call $see (i64.extend_i32_s (struct.get_s $s $c (local.get $s)))) (call $see (i64.extend_i32_s (struct.get_u $s $k (local.get $s))))
    (call $see (i64.reinterpret_f64 (struct.get $s $d (local.get $s)))) (call $see (i64.extend_i32_u (i32.reinterpret_f32 (struct.get $s $f (local.get $s)))))
    (call $see (struct.get $s $l (local.get $s)))
    (call $see-v (struct.get $s $v (local.get $s))) (call $see-v (struct.get $s $w (local.get $s)))
    (call $see (i64.extend_i32_u (ref.is_null (struct.get $s $r (local.get $s))))))
  (func (export "run") (result i64)
    (local $t (ref null $t)) (local $s (ref null $s)) (local $i i32) (local $vs (ref null $vs))
    (call $see-s (struct.new_default $s))
    (local.set $vs (array.new $vs (i32x4.splat (i32.const 0x01020304)) (i32.const 5)))
    (loop $again
      (local.set $t (struct.new $t
        (i32.mul (local.get $i) (i32.const 37)) (i32x4.splat (local.get $i)) (i32.mul (local.get $i) (i32.const 9973)) (f64.convert_i32_u (local.get $i))
        (i32.const -300) (f32.const -0) (i64.extend_i32_u (local.get $i)) (v128.const i64x2 1 -1) (local.get $s) (i32.const 0x1ffff)
        (array.get $vs (local.get $vs) (i32.rem_u (local.get $i) (i32.const 5))) (local.get $i)))
      (local.set $s (local.get $t))
      (struct.set $s $a (local.get $s) (i32.add (struct.get_s $s $a (local.get $s)) (i32.const 100)))
      (struct.set $s $b (local.get $s) (i32.sub (struct.get_u $s $b (local.get $s)) (i32.const 40000)))
      (struct.set $s $v (local.get $s) (i8x16.sub (struct.get $s $v (local.get $s)) (struct.get $s $w (local.get $s))))
      (array.set $vs (local.get $vs) (i32.rem_u (i32.mul (local.get $i) (i32.const 3)) (i32.const 5))
        (i64x2.add (struct.get $t $more (local.get $t)) (struct.get $s $v (local.get $s))))
      (call $see-s (ref.as_non_null (local.get $s)))
      (call $see-v (struct.get $t $more (ref.cast (ref $t) (local.get $s))))
      (call $see (i64.extend_i32_u (struct.get_u $t $last (local.get $t))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 400))))
    (local.set $i (i32.const 0))
    (block $end (loop $count
      (br_on_null $end (local.get $s)) (drop)
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (local.set $s (struct.get $s $r (local.get $s)))
      (br $count)))
    (i64.extend_i32_u (local.get $i)))`);

// From any to extern and back, in every place that holds references, and in another module which sees but externs.
const conversions = component(
  { name: 'far', text: `
    (table (export "table") 6 externref)
    (global (export "global") (mut externref) (ref.null extern))
    (type $box (struct (field i64)))
    (func (export "box") (param i64) (result externref) (extern.convert_any (struct.new $box (local.get 0))))
    (func (export "same") (param externref) (result externref) (local.get 0))
    (func (export "open") (param externref) (result i64)
      (block $box (result (ref $box))
        (br_on_cast $box anyref (ref $box) (any.convert_extern (local.get 0)))
        (drop) (return (i64.const -7)))
      (struct.get $box 0))` },
  { name: 'main', imports: ['far'], text: `
    (import "far" "table" (table $table 6 externref))
    (import "far" "global" (global $global (mut externref)))
    (import "far" "box" (func $box (param i64) (result externref)))
    (import "far" "same" (func $same (param externref) (result externref)))
    (import "far" "open" (func $open (param externref) (result i64)))
    (type $twin (struct (field i64)))
    (type $other (sub (struct (field i64))))
    (type $anys (array (mut anyref)))
    (type $externs (array (mut externref)))
    (global $made externref (extern.convert_any (ref.i31 (i32.const 5))))
    (global $back anyref (any.convert_extern (extern.convert_any (struct.new $twin (i64.const 6)))))
    (tag $tag (param externref anyref))
    ${mixing}
    (func $kind (param $a anyref) (result i64)
      (i64.extend_i32_u (i32.or (i32.or (ref.is_null (local.get $a)) (i32.shl (ref.test (ref i31) (local.get $a)) (i32.const 1)))
        (i32.or (i32.shl (ref.test (ref struct) (local.get $a)) (i32.const 2))
          (i32.or (i32.shl (ref.test (ref array) (local.get $a)) (i32.const 3))
            (i32.or (i32.shl (ref.test (ref $twin) (local.get $a)) (i32.const 4))
              (i32.or (i32.shl (ref.test (ref $other) (local.get $a)) (i32.const 5)) (i32.shl (ref.test (ref eq) (local.get $a)) (i32.const 6)))))))))
    (func $round (param $e externref)
      (local $a anyref) (local $anys (ref $anys)) (local $externs (ref $externs))
      (local.set $a (any.convert_extern (call $same (local.get $e))))
      (call $see (call $kind (local.get $a)))
      (call $see (call $open (extern.convert_any (local.get $a))))
      (table.set $table (i32.const 2) (extern.convert_any (local.get $a)))
      (table.copy $table $table (i32.const 3) (i32.const 2) (i32.const 2))
      (global.set $global (table.get $table (i32.const 3)))
      (local.set $anys (array.new $anys (any.convert_extern (global.get $global)) (i32.const 3)))
      (local.set $externs (array.new_fixed $externs 2 (extern.convert_any (array.get $anys (local.get $anys) (i32.const 2))) (local.get $e)))
      (block $caught (result externref anyref)
        (try_table (catch $tag $caught)
          (throw $tag (array.get $externs (local.get $externs) (i32.const 1)) (array.get $anys (local.get $anys) (i32.const 0))))
        (unreachable))
      (call $kind) (call $see)
      (call $open) (call $see)
      (call $see (i64.extend_i32_u (ref.is_null (array.get $externs (local.get $externs) (i32.const 0))))))
    (func (export "run") (result i64)
      (call $round (call $box (i64.const 42)))
      (call $round (global.get $made))
      (call $round (extern.convert_any (global.get $back)))
      (call $round (ref.null extern))
      (call $round (ref.null noextern))
      (call $round (extern.convert_any (struct.new $other (i64.const 9))))
      (call $round (extern.convert_any (array.new_default $anys (i32.const 1))))
      (call $round (extern.convert_any (ref.null none)))
      (call $see (i64.extend_i32_u (ref.eq (ref.cast eqref (any.convert_extern (global.get $made))) (ref.i31 (i32.const 5)))))
      (call $see (i64.extend_i32_u (ref.eq (ref.cast eqref (global.get $back)) (ref.cast eqref (any.convert_extern (extern.convert_any (global.get $back)))))))
      (struct.get $twin 0 (ref.cast (ref $twin) (global.get $back))))` });

// Constants that are objects: in globals, tables and segments.
const constants = program(`
  (rec (type $list (sub (struct (field i64) (field (ref null $list))))) (type $bytes (array i8)) (type $lists (array (mut (ref null $list)))))
  (global $one (ref $list) (struct.new $list (i64.add (i64.const 40) (i64.mul (i64.const 2) (i64.const 3))) (ref.null $list)))
  (global $two (ref $list) (struct.new $list (i64.const 2) (global.get $one)))
  (global $bytes (ref $bytes) (array.new_fixed $bytes 5 (i32.const 1) (i32.const 300) (i32.const -1) (i32.const 4) (i32.sub (i32.const 4) (i32.const 9))))
  (global $many (ref $lists) (array.new $lists (global.get $two) (i32.const 1000)))
  (global $none (ref null $list) (ref.null none))
  (global $number i31ref (ref.i31 (i32.const -3)))
  (global $wide externref (extern.convert_any (array.new_default $bytes (i32.const 7))))
  (table $lists 5 (ref $list) (struct.new $list (i64.const 8) (struct.new_default $list)))
  (table $anys 6 anyref)
  (elem $segment (ref null $list) (item (struct.new $list (i64.const 5) (struct.new_default $list))) (item (global.get $one)) (item (ref.null none)))
  (elem (table $anys) (i32.const 1) anyref (item (global.get $number)) (item (struct.new_default $list)) (item (any.convert_extern (global.get $wide))) (item (global.get $bytes)))
  (func $sum (param $l (ref null $list)) (result i64)
    (if (result i64) (ref.is_null (local.get $l)) (then (i64.const 3))
      (else (i64.add (struct.get $list 0 (local.get $l)) (i64.mul (i64.const 5) (call $sum (struct.get $list 1 (local.get $l))))))))
  (func (export "run") (result i64)
    (local $i i32) (local $a (ref $lists))
    (call $see (call $sum (global.get $two)))
    (call $see (i64.extend_i32_u (ref.eq (table.get $lists (i32.const 0)) (table.get $lists (i32.const 4)))))
    (call $see (i64.extend_i32_u (ref.eq (array.get $lists (global.get $many) (i32.const 999)) (global.get $two))))
    (local.set $a (array.new_elem $lists $segment (i32.const 0) (i32.const 3)))
    (call $see (i64.extend_i32_u (ref.eq (array.get $lists (local.get $a) (i32.const 0))
      (array.get $lists (array.new_elem $lists $segment (i32.const 0) (i32.const 1)) (i32.const 0)))))
    (loop $again
      (call $see (call $sum (array.get $lists (local.get $a) (local.get $i))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
    (local.set $i (i32.const 0))
    (loop $bytes
      (call $see (i64.extend_i32_s (array.get_s $bytes (global.get $bytes) (local.get $i))))
      (br_if $bytes (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5))))
    (call $see (i64.extend_i32_s (i31.get_s (ref.cast (ref i31) (table.get $anys (i32.const 1))))))
    (call $see (i64.extend_i32_u (array.len (ref.cast (ref $bytes) (table.get $anys (i32.const 3))))))
    (call $see (i64.extend_i32_u (ref.eq (ref.cast eqref (table.get $anys (i32.const 4))) (global.get $bytes))))
    (i64.extend_i32_u (ref.is_null (table.get $anys (i32.const 0)))))`);

// Memories and tables of both sizes, and objects between them.
const stores = component(
  { name: 'far', text: '(memory (export "small") 1 3) (memory (export "large") i64 1 4) (table (export "table") i64 3 9 anyref)' },
  { name: 'main', imports: ['far'], text: `
    (import "far" "small" (memory $small 1 3))
    (import "far" "large" (memory $large i64 1 4))
    (import "far" "table" (table $table i64 3 9 anyref))
    (memory $own i64 1 2)
    (table $short 4 anyref)
    (type $bytes (array (mut i8)))
    (type $cell (struct (field i64) (field (mut (ref null $bytes)))))
    (data $data "abcdefghijklmnopqrstuvwxyz")
    (data (memory $large) (i64.const 65530) "123456")
    ${mixing}
    (func $load (param $from i64) (param $count i32) (result (ref $bytes))
      (local $b (ref $bytes)) (local $i i32)
      (local.set $b (array.new_default $bytes (local.get $count)))
      (loop $again
        (array.set $bytes (local.get $b) (local.get $i) (i32.load8_s $large (i64.add (local.get $from) (i64.extend_i32_u (local.get $i)))))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $count))))
      (local.get $b))
    (func $sum (param $b (ref $bytes)) (result i64)
      (local $i i32) (local $sum i64)
      (loop $again
        (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 257)) (i64.extend_i32_s (array.get_s $bytes (local.get $b) (local.get $i)))))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (array.len (local.get $b)))))
      (local.get $sum))
    (func (export "run") (result i64)
      (local $cell (ref null $cell)) (local $i i64)
      (call $see (i64.extend_i32_s (memory.grow $small (i32.const 2))))
      (call $see (memory.grow $large (i64.const 1)))
      (call $see (memory.grow $large (i64.const 0x1_0000_0000_0000)))
      (call $see (memory.grow $own (i64.const 5)))
      (memory.init $small $data (i32.const 131060) (i32.const 3) (i32.const 12))
      (memory.copy $large $small (i64.const 65532) (i32.const 131062) (i32.const 9))
      (memory.copy $own $large (i64.const 65500) (i64.const 65520) (i64.const 36))
      (memory.copy $small $own (i32.const 7) (i64.const 65500) (i32.const 36))
      (memory.fill $large (i64.const 65536) (i32.const 0xee) (i64.const 3))
      (loop $again
        (local.set $cell (struct.new $cell (local.get $i) (call $load (i64.sub (i64.const 65541) (local.get $i)) (i32.const 17))))
        (table.set $table (i64.rem_u (local.get $i) (table.size $table)) (local.get $cell))
        (call $see (call $sum (ref.as_non_null (struct.get $cell 1 (local.get $cell)))))
        (br_if $again (i64.lt_u (local.tee $i (i64.add (local.get $i) (i64.const 1))) (i64.const 20))))
      (call $see (table.grow $table (ref.i31 (i32.const 6)) (i64.const 2)))
      (call $see (table.grow $table (ref.i31 (i32.const 6)) (i64.const 0x100000000)))
      (table.copy $short $table (i32.const 1) (i64.const 1) (i32.const 3))
      (table.copy $table $short (i64.const 0) (i32.const 2) (i32.const 2))
      (table.fill $table (i64.const 4) (table.get $short (i32.const 1)) (i64.const 1))
      (local.set $i (i64.const 0))
      (loop $look
        (block $next
          (block $cell (result (ref $cell))
            (br_on_cast $cell anyref (ref $cell) (table.get $table (local.get $i)))
            (call $see (i64.extend_i32_s (i31.get_s (ref.cast i31ref))))
            (br $next))
          (call $see (struct.get $cell 0)))
        (br_if $look (i64.lt_u (local.tee $i (i64.add (local.get $i) (i64.const 1))) (table.size $table))))
      (call $see (i64.load32_u $small (i32.const 131066)))
      (call $see (i64.load $own (i64.const 65520)))
      (i64.load $small align=1 (i32.const 30)))` });

export const objects = {
  rings,
  'number-tables': numberTables,
  arrays,
  fields,
  conversions,
  constants,
  stores,
};
