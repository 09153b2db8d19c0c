// Code that traps on purpose. A remark names the frame that a trap must show at its line.
#define NOINLINE __attribute__((noinline))
#define INLINE static inline __attribute__((always_inline))

static volatile unsigned sink;

INLINE unsigned missing(unsigned count) {
  if (count == 9) __builtin_trap(); // missing
  return count * 2;
}

INLINE unsigned lookup(unsigned count) {
  sink = count;
  return missing(count) + 1; // lookup
}

NOINLINE unsigned price(unsigned count) {
  return lookup(count) * 5; // price
}

NOINLINE unsigned divide(unsigned all, unsigned parts) {
  sink = all;
  return all / parts; // divide
}

NOINLINE unsigned descend(unsigned depth, unsigned *seen) {
  if (depth == 0) __builtin_trap(); // bottom
  seen[depth & 7] += depth;
  return descend(depth - 1, seen) + seen[0]; // descend
}

NOINLINE unsigned far(unsigned address) {
  return *(volatile unsigned *)address; // far
}

NOINLINE unsigned spin(unsigned count) {
  while (sink != count + 1) sink = count; // spin
  return sink;
}

typedef unsigned (*chosen)(unsigned);

NOINLINE unsigned choose(unsigned which, unsigned argument) {
  static const chosen all[] = {price, far, spin, price};
  return all[which & 3](argument) + 1; // choose
}
