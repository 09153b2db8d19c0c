;; 1,000 calls, each in a try_table, that could throw and never do.
(module
  (tag $e (param i32))
  (func $step (param $x i32) (result i32)
    (if (i32.eq (local.get $x) (i32.const -1)) (then (throw $e (local.get $x))))
    (i32.add (i32.mul (local.get $x) (i32.const 31)) (i32.const 7)))
  (func $work (param $sum i32) (result i32)
    (local $i i32)
    (loop $more
      (local.set $sum (i32.xor (local.get $sum)
        (block $caught (result i32)
          (try_table (result i32) (catch $e $caught) (call $step (i32.and (i32.add (local.get $sum) (local.get $i)) (i32.const 0xffffff)))))))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
    (local.get $sum))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (if (local.get $n) (then
        (local.set $sum (call $work (i32.add (local.get $sum) (local.get $n))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
