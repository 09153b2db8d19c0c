// Traps in the way that the path names; /after answers before that; any other path is 404 with the list. The functions' names are for stack traces.
#include "../c/guest.h"

#define NOINLINE static __attribute__((noinline))

static volatile int zero = 0, lowest = -2147483647 - 1;
static volatile double huge = 1e30;
static volatile u32 sink;

NOINLINE void execute_unreachable(void) { __builtin_trap(); }
NOINLINE void divide_by_zero(void) { sink = lowest / zero; }
NOINLINE void remainder_by_zero(void) { sink = lowest % zero; }
NOINLINE void overflow_division(void) { sink = lowest / (zero - 1); }
NOINLINE void convert_too_large(void) { sink = __builtin_wasm_trunc_s_i32_f64(huge); }
NOINLINE void convert_nan(void) { sink = __builtin_wasm_trunc_s_i32_f64(__builtin_nan("")); }
NOINLINE void load_out_of_bounds(void) { sink = *(volatile u32 *)0xfffffff0; }
NOINLINE void store_out_of_bounds(void) { *(volatile u32 *)0xfffffff0 = 1; }
NOINLINE void fill_out_of_bounds(void) { __builtin_memset((void *)0xfffffff0, 1, 64 + zero); }
NOINLINE void call_with_wrong_type(void) {
  void (*volatile function)(void) = divide_by_zero;
  ((u64 (*)(u64, u64))(void *)function)(1, 2);
}
NOINLINE void call_null(void) {
  void (*volatile function)(void) = 0;
  function();
}
NOINLINE void call_outside_table(void) {
  void (*volatile function)(void) = (void (*)(void))0xffffff;
  function();
}
NOINLINE void drop_unknown_handle(void) { fields_drop(12345); }
NOINLINE void pass_pointer_out_of_bounds(void) { fields_append(fields_new(), (char *)0xfffffff0, 64, "", 0, (void *)16); }
NOINLINE void pass_misaligned_result(void) {
  result_handle result[2];
  incoming_request_consume(1, (result_handle *)((char *)result + 1));
}
NOINLINE void block_on_nothing(void) { poll(0, 0, (index_list *)16); }

static const struct { const char *path; void (*trap)(void); } traps[] = {
    {"/unreachable", execute_unreachable},
    {"/div0", divide_by_zero},
    {"/rem0", remainder_by_zero},
    {"/overflow", overflow_division},
    {"/convert", convert_too_large},
    {"/nan", convert_nan},
    {"/oob", load_out_of_bounds},
    {"/store", store_out_of_bounds},
    {"/fill", fill_out_of_bounds},
    {"/indirect", call_with_wrong_type},
    {"/null", call_null},
    {"/table", call_outside_table},
    {"/handle", drop_unknown_handle},
    {"/pointer", pass_pointer_out_of_bounds},
    {"/misaligned", pass_misaligned_result},
    {"/poll-none", block_on_nothing},
};

static void handle_request(handle request, handle out) {
  bytes path = path_of(request_target(request));
  if (bytes_equal(path, TEXT("/after"))) {
    respond(out, 200, TEXT("all of it\n"));
    execute_unreachable();
  }
  builder known = builder_new(KIB(1));
  for (u32 i = 0; i < sizeof traps / sizeof *traps; i++) {
    if (bytes_equal(path, c_text(traps[i].path))) traps[i].trap();
    append(&known, c_text(traps[i].path));
    append(&known, TEXT("\n"));
  }
  respond(out, 404, built(&known));
}
