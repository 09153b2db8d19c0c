;; An exception with a number is thrown through 10 frames and caught.
(module
  (tag $e (param i32))
  (func $down (param $depth i32) (param $value i32) (result i32)
    (if (i32.le_s (local.get $depth) (i32.const 1)) (then (throw $e (local.get $value))))
    (i32.add (call $down (i32.sub (local.get $depth) (i32.const 1)) (local.get $value)) (i32.const 1)))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (if (local.get $n) (then
        (local.set $sum (i32.add (local.get $sum)
          (block $caught (result i32)
            (try_table (result i32) (catch $e $caught) (call $down (i32.const 10) (local.get $n))))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
