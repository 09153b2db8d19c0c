// Traps whose frames have lines of this source: /price?n=9, /divide?n=0, /descend?n=3, /far?n=4294967280, /spin?n=1; other numbers are answered.
#include "../c/guest.h"
#include "shop.h"

static void handle_request(handle request, handle out) {
  bytes target = request_target(request), path = path_of(target);
  unsigned number = (unsigned)query_number(target, TEXT("n"), 0), seen[8] = {0}, answer = 0;
  if (bytes_equal(path, TEXT("/price"))) {
    answer = price(number); // handle price
  } else if (bytes_equal(path, TEXT("/divide"))) {
    answer = divide(100, number); // handle divide
  } else if (bytes_equal(path, TEXT("/descend"))) {
    answer = descend(number, seen); // handle descend
  } else if (bytes_equal(path, TEXT("/far"))) {
    answer = choose(1, number); // handle far
  } else if (bytes_equal(path, TEXT("/spin"))) {
    answer = spin(number); // handle spin
  }
  respond(out, answer ? 200 : 404, TEXT("fine\n"));
}
