;; fib(19) and fib(20) in turn, which would throw if its argument were negative.
(module
  (tag $e (param i32))
  (func $fib (param $x i32) (result i32)
    (if (i32.lt_s (local.get $x) (i32.const 0)) (then (throw $e (local.get $x))))
    (if (result i32) (i32.lt_s (local.get $x) (i32.const 2))
      (then (local.get $x))
      (else (i32.add
        (call $fib (i32.sub (local.get $x) (i32.const 1)))
        (call $fib (i32.sub (local.get $x) (i32.const 2)))))))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (if (local.get $n) (then
        (local.set $sum (i32.add (local.get $sum)
          (block $caught (result i32)
            (try_table (result i32) (catch $e $caught) (call $fib (i32.add (i32.const 19) (i32.and (local.get $n) (i32.const 1))))))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
