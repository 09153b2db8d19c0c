// What can be tried with streams of other elements than bytes, and by components that call each other. Those without a handler are for tests that call them.

const ends = `
(component
  (component $taker
    (core module $main (import "" "drop" (func $drop (param i32))) (func (export "take") (param i32) (call $drop (local.get 0))))
    (type $bytes (stream u8))
    (core func $drop (canon stream.drop-readable $bytes))
    (core instance $main (instantiate $main (with "" (instance (export "drop" (func $drop))))))
    (func (export "take") (param "bytes" (stream u8)) (canon lift (core func $main "take"))))
  (instance $taker (instantiate $taker))
  (core func $take (canon lower (func $taker "take")))
  (core module $memory (memory (export "memory") 1))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $place))
  (type $item (resource (rep i32)))
  (type $items (stream (own $item)))
  (type $words (stream u32))
  (type $bytes (stream u8))
  (type $word (future u32))
  (core func $new-item (canon resource.new $item))
  (core func $new-items (canon stream.new $items))
  (core func $read-items (canon stream.read $items async (memory $place)))
  (core func $write-items (canon stream.write $items async (memory $place)))
  (core func $new-words (canon stream.new $words))
  (core func $read-words (canon stream.read $words async (memory $place)))
  (core func $write-words (canon stream.write $words async (memory $place)))
  (core func $read-bytes (canon stream.read $bytes async (memory $place)))
  (core func $new-word (canon future.new $word))
  (core func $read-word (canon future.read $word async (memory $place)))
  (core module $main
    (import "memory" "memory" (memory 1))
    (import "" "take" (func $take (param i32)))
    (import "" "new-item" (func $new-item (param i32) (result i32)))
    (import "" "new-items" (func $new-items (result i64)))
    (import "" "read-items" (func $read-items (param i32 i32 i32) (result i32)))
    (import "" "write-items" (func $write-items (param i32 i32 i32) (result i32)))
    (import "" "new-words" (func $new-words (result i64)))
    (import "" "read-words" (func $read-words (param i32 i32 i32) (result i32)))
    (import "" "write-words" (func $write-words (param i32 i32 i32) (result i32)))
    (import "" "read-bytes" (func $read-bytes (param i32 i32 i32) (result i32)))
    (import "" "new-word" (func $new-word (result i64)))
    (import "" "read-word" (func $read-word (param i32 i32) (result i32)))
    (func $high (param i64) (result i32) (i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const 32))))
    (func (export "write") (param i32 i32) (result i32) (call $write-words (call $high (call $new-words)) (local.get 0) (local.get 1)))
    (func (export "read") (param i32 i32) (result i32) (call $read-words (i32.wrap_i64 (call $new-words)) (local.get 0) (local.get 1)))
    (func (export "read-future") (param i32) (result i32) (call $read-word (i32.wrap_i64 (call $new-word)) (local.get 0)))
    (func (export "read-as-bytes") (result i32) (call $read-bytes (i32.wrap_i64 (call $new-words)) (i32.const 0) (i32.const 1)))
    (func (export "pass-words") (call $take (i32.wrap_i64 (call $new-words))))
    (func (export "pass-future") (call $take (i32.wrap_i64 (call $new-word))))
    (func (export "pass-item") (call $take (call $new-item (i32.const 1))))
    (func (export "move-items") (param $written i32)
      (local $ends i64)
      (local.set $ends (call $new-items))
      (i32.store (i32.const 16) (call $new-item (i32.const 1)))
      (if (local.get $written) (then
        (drop (call $write-items (call $high (local.get $ends)) (i32.const 16) (i32.const 1)))
        (drop (call $read-items (i32.wrap_i64 (local.get $ends)) (i32.const 32) (i32.const 1))))
      (else
        (drop (call $read-items (i32.wrap_i64 (local.get $ends)) (i32.const 32) (i32.const 1)))
        (drop (call $write-items (call $high (local.get $ends)) (i32.const 16) (i32.const 1)))))))
  (core instance $main (instantiate $main
    (with "memory" (instance $memory))
    (with "" (instance
      (export "take" (func $take))
      (export "new-item" (func $new-item))
      (export "new-items" (func $new-items))
      (export "read-items" (func $read-items))
      (export "write-items" (func $write-items))
      (export "new-words" (func $new-words))
      (export "read-words" (func $read-words))
      (export "write-words" (func $write-words))
      (export "read-bytes" (func $read-bytes))
      (export "new-word" (func $new-word))
      (export "read-word" (func $read-word))))))
  (func (export "write") (param "pointer" u32) (param "count" u32) (result u32) (canon lift (core func $main "write")))
  (func (export "read") (param "pointer" u32) (param "count" u32) (result u32) (canon lift (core func $main "read")))
  (func (export "read-future") (param "pointer" u32) (result u32) (canon lift (core func $main "read-future")))
  (func (export "read-as-bytes") (result u32) (canon lift (core func $main "read-as-bytes")))
  (func (export "pass-words") (canon lift (core func $main "pass-words")))
  (func (export "pass-future") (canon lift (core func $main "pass-future")))
  (func (export "pass-item") (canon lift (core func $main "pass-item")))
  (func (export "move-items") (param "written" bool) (canon lift (core func $main "move-items"))))`;

const names = (list) => list.map((name) => `(export "${name}" (func $${name}))`).join(' ');

// The outer one's functions call the inner one's, which call the outer one's: the table is filled when both are there.
//   plain    functions that are not async
//   holding  each waits for its call
//   letting  each has given its result before it calls, and drops the call when that has given its own; 'watching' begins them, and waits for nothing
const circle = `
(component
  (import "again" (func $again))
  (core func $again (canon lower (func $again)))
  (core module $table (table (export "table") 3 funcref))
  (core instance $table (instantiate $table))
  ${builtIns()}
  (core module $outer
    (import "" "table" (table 3 funcref))
    (import "" "again" (func $again))
    ${coreImports()}
    (type $plain (func))
    (type $async (func (result i32)))
    (func (export "plain") (call $again) (call_indirect (type $plain) (i32.const 0)))
    (func (export "holding") (result i32) (call $again) (call $await (call_indirect (type $async) (i32.const 1))))
    (func (export "letting") (result i32) (call $again) (call $task-return) (call $await (call_indirect (type $async) (i32.const 2))))
    (func (export "watching") (result i32)
      (drop (call_indirect (type $async) (i32.const 2)))
      (i32.or (i32.shl (call $set-new) (i32.const 4)) (i32.const 2)))
    ${waiting()})
  (core instance $outer (instantiate $outer (with "" (instance (export "table" (table $table "table")) ${names(['again', ...canons()])}))))
  (func $plain (export "plain") (canon lift (core func $outer "plain")))
  (func $holding (export "holding") async (canon lift (core func $outer "holding") async (callback (func $outer "ended"))))
  (func $letting (export "letting") async (canon lift (core func $outer "letting") async (callback (func $outer "ended"))))
  (func (export "watching") async (canon lift (core func $outer "watching") async (callback (func $outer "ended"))))
  (component $inner
    (import "plain" (func $plain))
    (import "holding" (func $holding async))
    (import "letting" (func $letting async))
    (core func $plain (canon lower (func $plain)))
    (core func $holding (canon lower (func $holding) async))
    (core func $letting (canon lower (func $letting) async))
    ${builtIns()}
    (core module $main
      ${coreImports()}
      (import "" "plain" (func $plain))
      (import "" "holding" (func $holding (result i32)))
      (import "" "letting" (func $letting (result i32)))
      (func (export "plain") (call $plain))
      (func (export "holding") (result i32) (call $await (call $holding)))
      (func (export "letting") (result i32) (call $task-return) (call $await (call $letting)))
      ${waiting()})
    (core instance $main (instantiate $main (with "" (instance ${names(['plain', 'holding', 'letting', ...canons()])}))))
    (func (export "plain") (canon lift (core func $main "plain")))
    (func (export "holding") async (canon lift (core func $main "holding") async (callback (func $main "ended"))))
    (func (export "letting") async (canon lift (core func $main "letting") async (callback (func $main "ended")))))
  (instance $inner (instantiate $inner (with "plain" (func $plain)) (with "holding" (func $holding)) (with "letting" (func $letting))))
  (core func $in-plain (canon lower (func $inner "plain")))
  (core func $in-holding (canon lower (func $inner "holding") async))
  (core func $in-letting (canon lower (func $inner "letting") async))
  (core module $fill
    (import "" "table" (table 3 funcref))
    (import "" "plain" (func $plain))
    (import "" "holding" (func $holding (result i32)))
    (import "" "letting" (func $letting (result i32)))
    (elem (i32.const 0) func $plain $holding $letting))
  (core instance (instantiate $fill (with "" (instance
    (export "table" (table $table "table"))
    (export "plain" (func $in-plain)) (export "holding" (func $in-holding)) (export "letting" (func $in-letting)))))))`;

function canons() {
  return ['task-return', 'set-new', 'join', 'subtask-drop'];
}

function builtIns() {
  return `
    (core func $task-return (canon task.return))
    (core func $set-new (canon waitable-set.new))
    (core func $join (canon waitable.join))
    (core func $subtask-drop (canon subtask.drop))`;
}

function coreImports() {
  return `
    (import "" "task-return" (func $task-return))
    (import "" "set-new" (func $set-new (result i32)))
    (import "" "join" (func $join (param i32 i32)))
    (import "" "subtask-drop" (func $subtask-drop (param i32)))`;
}

// await(status): the code of a callback that waits for the call, in the one set of its instance.
function waiting() {
  return `
    (global $set (mut i32) (i32.const 0))
    (func $await (param $status i32) (result i32)
      (local $call i32)
      (local.set $call (i32.shr_u (local.get $status) (i32.const 4)))
      (if (i32.eqz (local.get $call)) (then (return (i32.const 0))))
      (if (i32.eqz (global.get $set)) (then (global.set $set (call $set-new))))
      (call $join (local.get $call) (global.get $set))
      (i32.or (i32.shl (global.get $set) (i32.const 4)) (i32.const 2)))
    (func (export "ended") (param $event i32) (param $call i32) (param $state i32) (result i32)
      (if (i32.lt_u (local.get $state) (i32.const 2)) (then (return (i32.or (i32.shl (global.get $set) (i32.const 4)) (i32.const 2)))))
      (call $subtask-drop (local.get $call))
      (i32.const 0))`;
}

// A handler's parts: half a million calls each of a child that waits for what never comes, and of one that yields, every one taken back at once.
const cancels = {
  definitions: `
  (component $child
    (core func $task-cancel (canon task.cancel))
    (core func $set-new (canon waitable-set.new))
    (core module $main
      (import "" "task-cancel" (func $task-cancel))
      (import "" "set-new" (func $set-new (result i32)))
      (global $set (mut i32) (i32.const 0))
      (func (export "wait") (result i32)
        (if (i32.eqz (global.get $set)) (then (global.set $set (call $set-new))))
        (i32.or (i32.shl (global.get $set) (i32.const 4)) (i32.const 2)))
      (func (export "yield") (result i32) (i32.const 1))
      (func (export "told") (param $event i32) (param i32 i32) (result i32)
        (if (i32.ne (local.get $event) (i32.const 6)) (then (return (i32.const 1))))
        (call $task-cancel)
        (i32.const 0)))
    (core instance $main (instantiate $main (with "" (instance ${names(['task-cancel', 'set-new'])}))))
    (func (export "wait") async (canon lift (core func $main "wait") async (callback (func $main "told"))))
    (func (export "yield") async (canon lift (core func $main "yield") async (callback (func $main "told")))))
  (instance $child (instantiate $child))
  (core func $wait (canon lower (func $child "wait") async))
  (core func $yield (canon lower (func $child "yield") async))
  (core func $cancel (canon subtask.cancel))
  (core func $drop (canon subtask.drop))`,
  argument: `(with "" (instance ${names(['wait', 'yield', 'cancel', 'drop'])}))`,
  module: `
    (import "" "wait" (func $wait (result i32)))
    (import "" "yield" (func $yield (result i32)))
    (import "" "cancel" (func $cancel (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func $take-back (param $status i32)
      (local.set $status (i32.shr_u (local.get $status) (i32.const 4)))
      (drop (call $cancel (local.get $status)))
      (call $drop (local.get $status)))
    (func (export "handle") (param i32 i32)
      (local $i i32)
      (loop $again
        (call $take-back (call $wait))
        (call $take-back (call $yield))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 500000)))))`,
};

// A handler's parts: eight children that wait inside their code, each on a stack of its own, for as long as the handler waits.
const children = [0, 1, 2, 3, 4, 5, 6, 7];
const stacks = {
  definitions: `
  (import "wasi:clocks/monotonic-clock@0.3.0" (instance $clock (export "wait-for" (func async (param "how-long" u64)))))
  (import "wasi:io/poll@0.2.3" (instance $poll
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
  (alias export $poll "pollable" (type $pollable))
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance $timers
    (alias outer 1 $pollable (type $outer))
    (export "pollable" (type $pollable (eq $outer)))
    (export "subscribe-duration" (func (param "when" u64) (result (own $pollable))))))
  (core func $subscribe (canon lower (func $timers "subscribe-duration")))
  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (alias export $clock "wait-for" (func $wait-for))
  (component $child
    (import "wait-for" (func $wait-for async (param "how-long" u64)))
    (core func $wait (canon lower (func $wait-for)))
    (core func $return (canon task.return))
    (core module $main
      (import "" "wait" (func $wait (param i64)))
      (import "" "return" (func $return))
      (func (export "work") (result i32) (call $wait (i64.const 3600000000000)) (call $return) (i32.const 0))
      (func (export "told") (param i32 i32 i32) (result i32) (i32.const 0)))
    (core instance $main (instantiate $main (with "" (instance ${names(['wait', 'return'])}))))
    (func (export "work") async (canon lift (core func $main "work") async (callback (func $main "told")))))
  ${children.map((i) => `
  (instance $child${i} (instantiate $child (with "wait-for" (func $wait-for))))
  (core func $work${i} (canon lower (func $child${i} "work") async))`).join('')}`,
  argument: `(with "" (instance ${names(['subscribe', 'block', ...children.map((i) => `work${i}`)])}))`,
  module: `
    (import "" "subscribe" (func $subscribe (param i64) (result i32)))
    (import "" "block" (func $block (param i32)))
    ${children.map((i) => `(import "" "work${i}" (func $work${i} (result i32)))`).join(' ')}
    (func (export "handle") (param i32 i32)
      ${children.map((i) => `(drop (call $work${i}))`).join(' ')}
      (call $block (call $subscribe (i64.const 6000000000))))`,
};

export { cancels, circle, ends, stacks };
