;; Heap sort of an array of 2,000 i32.
(module
  (type $numbers (array (mut i32)))
  (func $sift (param $a (ref $numbers)) (param $root i32) (param $end i32)
    (local $child i32) (local $value i32)
    (local.set $value (array.get $numbers (local.get $a) (local.get $root)))
    (block $done
      (loop $down
        (local.set $child (i32.add (i32.shl (local.get $root) (i32.const 1)) (i32.const 1)))
        (br_if $done (i32.ge_u (local.get $child) (local.get $end)))
        (if (i32.lt_u (i32.add (local.get $child) (i32.const 1)) (local.get $end)) (then
          (if (i32.lt_s (array.get $numbers (local.get $a) (local.get $child))
              (array.get $numbers (local.get $a) (i32.add (local.get $child) (i32.const 1))))
            (then (local.set $child (i32.add (local.get $child) (i32.const 1)))))))
        (br_if $done (i32.ge_s (local.get $value) (array.get $numbers (local.get $a) (local.get $child))))
        (array.set $numbers (local.get $a) (local.get $root) (array.get $numbers (local.get $a) (local.get $child)))
        (local.set $root (local.get $child))
        (br $down)))
    (array.set $numbers (local.get $a) (local.get $root) (local.get $value)))
  (func $sort (param $a (ref $numbers))
    (local $i i32) (local $end i32) (local $value i32)
    (local.set $end (array.len (local.get $a)))
    (local.set $i (i32.shr_u (local.get $end) (i32.const 1)))
    (loop $build
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (call $sift (local.get $a) (local.get $i) (local.get $end))
      (br_if $build (local.get $i)))
    (loop $take
      (local.set $end (i32.sub (local.get $end) (i32.const 1)))
      (local.set $value (array.get $numbers (local.get $a) (local.get $end)))
      (array.set $numbers (local.get $a) (local.get $end) (array.get $numbers (local.get $a) (i32.const 0)))
      (array.set $numbers (local.get $a) (i32.const 0) (local.get $value))
      (call $sift (local.get $a) (i32.const 0) (local.get $end))
      (br_if $take (i32.gt_u (local.get $end) (i32.const 1)))))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32) (local $i i32) (local $seed i32) (local $a (ref $numbers))
    (local.set $a (array.new_default $numbers (i32.const 2000)))
    (local.set $seed (i32.const 42))
    (loop $again
      (if (local.get $n) (then
        (local.set $i (i32.const 0))
        (loop $fill
          (local.set $seed (i32.add (i32.mul (local.get $seed) (i32.const 1103515245)) (i32.const 12345)))
          (array.set $numbers (local.get $a) (local.get $i) (i32.shr_s (local.get $seed) (i32.const 4)))
          (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))
        (call $sort (local.get $a))
        (local.set $i (i32.const 1))
        (loop $check
          (if (i32.gt_s (array.get $numbers (local.get $a) (i32.sub (local.get $i) (i32.const 1))) (array.get $numbers (local.get $a) (local.get $i)))
            (then (unreachable)))
          (br_if $check (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))
        (local.set $sum (i32.add (i32.rotl (local.get $sum) (i32.const 3)) (array.get $numbers (local.get $a) (i32.const 777))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
