# A global, and a table that code writes to.
	.globaltype secret_global, i64
	.tabletype secret_table, externref

	.section .text.global_read,"",@
	.globl global_read
	.type global_read,@function
global_read:
	.functype global_read () -> (i64)
	global.get secret_global
	end_function

	.section .text.global_write,"",@
	.globl global_write
	.type global_write,@function
global_write:
	.functype global_write (i64) -> ()
	local.get 0
	global.set secret_global
	end_function

	.section .text.table_length,"",@
	.globl table_length
	.type table_length,@function
table_length:
	.functype table_length () -> (i32)
	table.size secret_table
	end_function

	.section .text.table_push,"",@
	.globl table_push
	.type table_push,@function
table_push:
	.functype table_push () -> (i32)
	ref.null_extern
	i32.const 1
	table.grow secret_table
	end_function

	.section .data.secrets,"",@
secret_global:
secret_table:
