;; The sum of a list of 10,000 nodes, whose first is written each time.
(module
  (type $node (struct (field $value (mut i32)) (field $next (ref null $node))))
  (global $list (mut (ref null $node)) (ref.null $node))
  (func $make
    (local $i i32)
    (loop $more
      (global.set $list (struct.new $node (local.get $i) (global.get $list)))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10000)))))
  (start $make)
  (func $sum (param $node (ref null $node)) (result i32)
    (local $sum i32)
    (loop $more
      (if (i32.eqz (ref.is_null (local.get $node))) (then
        (local.set $sum (i32.add (local.get $sum) (struct.get $node $value (local.get $node))))
        (local.set $node (struct.get $node $next (local.get $node)))
        (br $more))))
    (local.get $sum))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (if (local.get $n) (then
        (struct.set $node $value (global.get $list) (local.get $n))
        (local.set $sum (i32.add (local.get $sum) (call $sum (global.get $list))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
