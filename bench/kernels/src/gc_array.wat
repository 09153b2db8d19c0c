;; The sum of an array of 10,000 i32, one of which is written each time.
(module
  (type $numbers (array (mut i32)))
  (global $numbers (mut (ref null $numbers)) (ref.null $numbers))
  (func $make
    (global.set $numbers (array.new $numbers (i32.const 3) (i32.const 10000))))
  (start $make)
  (func $sum (param $numbers (ref null $numbers)) (result i32)
    (local $i i32) (local $sum i32)
    (loop $more
      (if (i32.lt_u (local.get $i) (array.len (local.get $numbers))) (then
        (local.set $sum (i32.add (local.get $sum) (array.get $numbers (local.get $numbers) (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $more))))
    (local.get $sum))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (if (local.get $n) (then
        (array.set $numbers (global.get $numbers) (i32.rem_u (local.get $n) (i32.const 10000)) (local.get $n))
        (local.set $sum (i32.xor (i32.rotl (local.get $sum) (i32.const 1)) (call $sum (global.get $numbers))))
        (array.set $numbers (global.get $numbers) (i32.rem_u (local.get $n) (i32.const 10000)) (i32.const 3))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
