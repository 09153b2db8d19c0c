// Returns without a response; /drop gives up the right to answer first; /unset makes a response and forgets it.
#include "../c/guest.h"

static void handle_request(handle request, handle out) {
  bytes path = path_of(request_target(request));
  if (bytes_equal(path, TEXT("/drop"))) response_outparam_drop(out);
  if (bytes_equal(path, TEXT("/unset"))) outgoing_response_new(fields_new());
}
