;; 1,000 small numbers are written to an array of anyref as i31, and read.
(module
  (type $values (array (mut anyref)))
  (func $write (param $values (ref $values)) (param $from i32)
    (local $i i32)
    (loop $more
      (array.set $values (local.get $values) (local.get $i) (ref.i31 (i32.add (local.get $from) (local.get $i))))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (array.len (local.get $values))))))
  (func $sum (param $values (ref $values)) (result i32)
    (local $i i32) (local $sum i32)
    (loop $more
      (local.set $sum (i32.add (local.get $sum) (i31.get_s (ref.cast (ref i31) (array.get $values (local.get $values) (local.get $i))))))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (array.len (local.get $values)))))
    (local.get $sum))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32) (local $values (ref $values))
    (local.set $values (array.new_default $values (i32.const 1000)))
    (loop $again
      (if (local.get $n) (then
        (call $write (local.get $values) (i32.and (local.get $n) (i32.const 4095)))
        (local.set $sum (i32.add (i32.rotl (local.get $sum) (i32.const 1)) (call $sum (local.get $values))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
