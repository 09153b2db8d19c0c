// Five bodies that attract each other, 200 steps.
#include "kernel.h"

typedef struct { double x, y, z, vx, vy, vz, mass; } Body;
static Body bodies[5];

static NOINLINE void advance(double step) {
  for (int i = 0; i < 5; i++) {
    Body *a = bodies + i;
    for (int j = i + 1; j < 5; j++) {
      Body *b = bodies + j;
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double square = dx * dx + dy * dy + dz * dz + 0.01;
      double force = step / (square * __builtin_sqrt(square));
      a->vx -= dx * b->mass * force, a->vy -= dy * b->mass * force, a->vz -= dz * b->mass * force;
      b->vx += dx * a->mass * force, b->vy += dy * a->mass * force, b->vz += dz * a->mass * force;
    }
  }
  for (int i = 0; i < 5; i++) {
    Body *a = bodies + i;
    a->x += step * a->vx, a->y += step * a->vy, a->z += step * a->vz;
  }
}

EXPORT i32 run(i32 n) {
  double sum = 0;
  while (n-- > 0) {
    for (int i = 0; i < 5; i++) {
      bodies[i] = (Body){i * 1.5 - 3, i * i * 0.25 - 1, 2 - i, 0.1 * i, 0.2, -0.05 * i, 1.0 / (1 + i)};
    }
    for (int i = 0; i < 200; i++) advance(0.001);
    sum += bodies[n & 3].x;
  }
  return (i32)(i64)(sum * 1000);
}
