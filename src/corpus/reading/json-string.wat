;; Undoes the escapes of a JSON string, 16 bytes at a time. `json-string.ts` holds this program, assembled by wabt 1.0.39; a test
;; assembles it again and compares.
(module
  ;; 0: what an escape's second byte stands for, 256 bytes; 0 where it is no simple escape. Then text, as `json-string.ts` lays it out.
  (memory (export "memory") 33)
  (data (i32.const 34) "\22")
  (data (i32.const 47) "/")
  (data (i32.const 92) "\5c")
  (data (i32.const 98) "\08")
  (data (i32.const 102) "\0c")
  (data (i32.const 110) "\0a")
  (data (i32.const 114) "\0d")
  (data (i32.const 116) "\09")

  ;; Where the last call stopped to read.
  (global $at (export "at") (mut i32) (i32.const 0))

  ;; Writes the text of the string whose first byte is at $at to $to, and gives the place behind its last byte; -1 where there is a \u, a
  ;; control character or a wrong escape before the closing quote. A zero byte must come behind the input, and 16 more bytes may be read.
  (func (export "unescape") (param $from i32) (param $to i32) (result i32)
    (local $block v128)
    (local $marks i32)
    (local $byte i32)
    (global.set $at (local.get $from))
    (loop $next
      (local.set $block (v128.load (local.get $from)))
      (v128.store (local.get $to) (local.get $block))
      (local.set $marks
        (i8x16.bitmask
          (v128.or
            (i8x16.lt_u (local.get $block) (v128.const i8x16 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32 32))
            (v128.or
              (i8x16.eq (local.get $block) (v128.const i8x16 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34 34))
              (i8x16.eq (local.get $block) (v128.const i8x16 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92 92))))))
      (if (i32.eqz (local.get $marks))
        (then
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (local.set $to (i32.add (local.get $to) (i32.const 16)))
          (br $next)))
      (local.set $marks (i32.ctz (local.get $marks)))
      (local.set $from (i32.add (local.get $from) (local.get $marks)))
      (local.set $to (i32.add (local.get $to) (local.get $marks)))
      (local.set $byte (i32.load8_u (local.get $from)))
      (if (i32.eq (local.get $byte) (i32.const 92))
        (then
          (local.set $byte (i32.load8_u (i32.load8_u offset=1 (local.get $from))))
          (if (i32.eqz (local.get $byte)) (then (return (i32.const -1))))
          (i32.store8 (local.get $to) (local.get $byte))
          (local.set $from (i32.add (local.get $from) (i32.const 2)))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))
          (br $next))))
    (global.set $at (local.get $from))
    (if (result i32) (i32.eq (local.get $byte) (i32.const 34)) (then (local.get $to)) (else (i32.const -1)))))
