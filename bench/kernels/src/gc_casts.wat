;; Five tests and casts for each of 1,000 objects of a hierarchy of four open types.
(module
  (type $a (sub (struct (field $value i32))))
  (type $b (sub $a (struct (field $value i32) (field $more i32))))
  (type $c (sub $b (struct (field $value i32) (field $more i32) (field $most i32))))
  (type $d (sub $a (struct (field $value i32) (field $other i64))))
  (type $objects (array (mut (ref null $a))))
  (global $objects (mut (ref null $objects)) (ref.null $objects))
  (func $object (param $i i32) (result (ref $a))
    (block $d (block $c (block $b (block $a
      (br_table $a $b $c $d (i32.and (local.get $i) (i32.const 3))))
      (return (struct.new $a (local.get $i))))
      (return (struct.new $b (local.get $i) (i32.const 2))))
      (return (struct.new $c (local.get $i) (i32.const 3) (i32.const 4))))
    (struct.new $d (local.get $i) (i64.const 5)))
  (func $make
    (local $i i32)
    (global.set $objects (array.new_default $objects (i32.const 1000)))
    (loop $more
      (array.set $objects (global.get $objects) (local.get $i) (call $object (i32.xor (local.get $i) (i32.shr_u (local.get $i) (i32.const 3)))))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000)))))
  (start $make)
  (func $sum (param $objects (ref $objects)) (result i32)
    (local $i i32) (local $sum i32) (local $object (ref null $a))
    (loop $more
      (local.set $object (array.get $objects (local.get $objects) (local.get $i)))
      (local.set $sum (i32.add (local.get $sum)
        (i32.add (ref.test (ref $b) (local.get $object))
        (i32.add (i32.shl (ref.test (ref $c) (local.get $object)) (i32.const 1))
        (i32.add (i32.shl (ref.test (ref null $d) (local.get $object)) (i32.const 2))
          (struct.get $a $value (ref.cast (ref $a) (local.get $object))))))))
      (if (ref.test (ref $b) (local.get $object)) (then
        (local.set $sum (i32.add (local.get $sum) (struct.get $b $more (ref.cast (ref $b) (local.get $object)))))))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (array.len (local.get $objects)))))
    (local.get $sum))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (if (local.get $n) (then
        (local.set $sum (i32.add (i32.rotl (local.get $sum) (i32.const 1)) (call $sum (ref.as_non_null (global.get $objects)))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
