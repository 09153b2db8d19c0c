;; A treap (a balanced tree by random priorities): 500 keys in, 500 looked up, every third taken out, what is left added up in order.
(module
  (type $tree (struct (field $key i32) (field $priority i32) (field $value (mut i64))
    (field $left (mut (ref null $tree))) (field $right (mut (ref null $tree)))))
  (global $seed (mut i32) (i32.const 1))
  (func $random (result i32)
    (global.set $seed (i32.xor (global.get $seed) (i32.shl (global.get $seed) (i32.const 13))))
    (global.set $seed (i32.xor (global.get $seed) (i32.shr_u (global.get $seed) (i32.const 17))))
    (global.set $seed (i32.xor (global.get $seed) (i32.shl (global.get $seed) (i32.const 5))))
    (global.get $seed))
  (func $insert (param $tree (ref null $tree)) (param $key i32) (param $value i64) (result (ref $tree))
    (local $here (ref $tree)) (local $child (ref $tree))
    (block $found
      (block $empty
        (local.set $here (br_on_null $empty (local.get $tree)))
        (br_if $found (i32.eq (local.get $key) (struct.get $tree $key (local.get $here))))
        (if (i32.lt_s (local.get $key) (struct.get $tree $key (local.get $here)))
          (then
            (struct.set $tree $left (local.get $here)
              (local.tee $child (call $insert (struct.get $tree $left (local.get $here)) (local.get $key) (local.get $value))))
            (if (i32.gt_u (struct.get $tree $priority (local.get $child)) (struct.get $tree $priority (local.get $here))) (then
              (struct.set $tree $left (local.get $here) (struct.get $tree $right (local.get $child)))
              (struct.set $tree $right (local.get $child) (local.get $here))
              (return (local.get $child)))))
          (else
            (struct.set $tree $right (local.get $here)
              (local.tee $child (call $insert (struct.get $tree $right (local.get $here)) (local.get $key) (local.get $value))))
            (if (i32.gt_u (struct.get $tree $priority (local.get $child)) (struct.get $tree $priority (local.get $here))) (then
              (struct.set $tree $right (local.get $here) (struct.get $tree $left (local.get $child)))
              (struct.set $tree $left (local.get $child) (local.get $here))
              (return (local.get $child))))))
        (return (local.get $here)))
      (return (struct.new $tree (local.get $key) (call $random) (local.get $value) (ref.null $tree) (ref.null $tree))))
    (local.set $here (ref.as_non_null (local.get $tree)))
    (struct.set $tree $value (local.get $here) (local.get $value))
    (local.get $here))
  (func $lookup (param $tree (ref null $tree)) (param $key i32) (result i64)
    (local $here (ref $tree))
    (block $none
      (loop $down
        (local.set $here (br_on_null $none (local.get $tree)))
        (if (i32.eq (local.get $key) (struct.get $tree $key (local.get $here))) (then (return (struct.get $tree $value (local.get $here)))))
        (local.set $tree (if (result (ref null $tree)) (i32.lt_s (local.get $key) (struct.get $tree $key (local.get $here)))
          (then (struct.get $tree $left (local.get $here)))
          (else (struct.get $tree $right (local.get $here)))))
        (br $down)))
    (i64.const -1))
  ;; One tree of two, of which all keys of the first are less.
  (func $merge (param $a (ref null $tree)) (param $b (ref null $tree)) (result (ref null $tree))
    (if (ref.is_null (local.get $a)) (then (return (local.get $b))))
    (if (ref.is_null (local.get $b)) (then (return (local.get $a))))
    (if (i32.gt_u (struct.get $tree $priority (local.get $a)) (struct.get $tree $priority (local.get $b))) (then
      (struct.set $tree $right (local.get $a) (call $merge (struct.get $tree $right (local.get $a)) (local.get $b)))
      (return (local.get $a))))
    (struct.set $tree $left (local.get $b) (call $merge (local.get $a) (struct.get $tree $left (local.get $b))))
    (local.get $b))
  (func $delete (param $tree (ref null $tree)) (param $key i32) (result (ref null $tree))
    (local $here (ref $tree))
    (block $none
      (local.set $here (br_on_null $none (local.get $tree)))
      (if (i32.eq (local.get $key) (struct.get $tree $key (local.get $here))) (then
        (return (call $merge (struct.get $tree $left (local.get $here)) (struct.get $tree $right (local.get $here))))))
      (if (i32.lt_s (local.get $key) (struct.get $tree $key (local.get $here)))
        (then (struct.set $tree $left (local.get $here) (call $delete (struct.get $tree $left (local.get $here)) (local.get $key))))
        (else (struct.set $tree $right (local.get $here) (call $delete (struct.get $tree $right (local.get $here)) (local.get $key)))))
      (return (local.get $here)))
    (ref.null $tree))
  (func $fold (param $tree (ref null $tree)) (param $sum i64) (result i64)
    (local $here (ref $tree))
    (block $none
      (local.set $here (br_on_null $none (local.get $tree)))
      (local.set $sum (call $fold (struct.get $tree $left (local.get $here)) (local.get $sum)))
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (i64.add (struct.get $tree $value (local.get $here)) (i64.extend_i32_s (struct.get $tree $key (local.get $here))))))
      (return (call $fold (struct.get $tree $right (local.get $here)) (local.get $sum))))
    (local.get $sum))
  (func $key (param $i i32) (result i32) (i32.and (i32.mul (local.get $i) (i32.const 40503)) (i32.const 1023)))
  (func $work (param $n i32) (result i32)
    (local $tree (ref null $tree)) (local $i i32) (local $sum i64)
    (global.set $seed (i32.or (local.get $n) (i32.const 0x10000)))
    (loop $in
      (local.set $tree (call $insert (local.get $tree) (call $key (local.get $i)) (i64.extend_i32_u (i32.add (local.get $i) (local.get $n)))))
      (br_if $in (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 500))))
    (local.set $i (i32.const 0))
    (loop $look
      (local.set $sum (i64.add (local.get $sum) (call $lookup (local.get $tree) (call $key (i32.shl (local.get $i) (i32.const 1))))))
      (br_if $look (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 500))))
    (local.set $i (i32.const 0))
    (loop $out
      (local.set $tree (call $delete (local.get $tree) (call $key (local.get $i))))
      (br_if $out (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 3))) (i32.const 500))))
    (local.set $sum (call $fold (local.get $tree) (local.get $sum)))
    (i32.wrap_i64 (i64.xor (local.get $sum) (i64.shr_u (local.get $sum) (i64.const 32)))))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (if (local.get $n) (then
        (local.set $sum (i32.xor (i32.rotl (local.get $sum) (i32.const 1)) (call $work (local.get $n))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
