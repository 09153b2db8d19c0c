// The same as a module without imports, for tests of the engine alone.
#include "shop.h"

#define EXPORT(name) __attribute__((export_name(#name)))

EXPORT(price) unsigned export_price(unsigned count) {
  return price(count) + 1; // export price
}

EXPORT(divide) unsigned export_divide(unsigned parts) {
  return divide(100, parts) + 1; // export divide
}

EXPORT(descend) unsigned export_descend(unsigned depth) {
  unsigned seen[8] = {0};
  return descend(depth, seen) + 1; // export descend
}

EXPORT(choose) unsigned export_choose(unsigned which, unsigned argument) {
  return choose(which, argument) + 1; // export choose
}
