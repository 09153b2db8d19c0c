;; A tree of depth 12 (8,191 nodes) is made and counted: nothing but allocation, and garbage of 330 KB each time.
(module
  (type $tree (struct (field $left (ref null $tree)) (field $right (ref null $tree))))
  (func $make (param $depth i32) (result (ref $tree))
    (if (result (ref $tree)) (local.get $depth)
      (then (struct.new $tree
        (call $make (i32.sub (local.get $depth) (i32.const 1)))
        (call $make (i32.sub (local.get $depth) (i32.const 1)))))
      (else (struct.new $tree (ref.null $tree) (ref.null $tree)))))
  (func $count (param $tree (ref null $tree)) (result i32)
    (local $here (ref $tree))
    (block $none
      (local.set $here (br_on_null $none (local.get $tree)))
      (return (i32.add (i32.const 1) (i32.add
        (call $count (struct.get $tree $left (local.get $here)))
        (call $count (struct.get $tree $right (local.get $here)))))))
    (i32.const 0))
  (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $again
      (if (local.get $n) (then
        (local.set $sum (i32.add (local.get $sum) (call $count (call $make (i32.const 12)))))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $again))))
    (local.get $sum)))
